// A kiosk that staff have taken offline, and what a slow link means.

export const offlineTexts = {
  'offline.title': { ko: '오프라인으로 일하기', en: 'Work offline' },
  'offline.lead': {
    ko: '이 기기가 파는 좌석만 팔고 웹에는 묻지 않아요. 연결이 느리거나 자주 끊길 때 쓰세요.',
    en: 'Only this kiosk’s own seats are sold and the web is not asked: for when the link is slow or comes and goes.',
  },
  'offline.how_long': { ko: '얼마 동안', en: 'For how long' },
  'offline.until_good': {
    ko: '연결이 10분 동안 좋을 때까지',
    en: 'Until the link has been good for 10 minutes',
  },
  'offline.minutes': { ko: '{count}분', en: '{count} minutes' },
  'offline.longer': { ko: '더 길게', en: 'Make it longer' },
  'offline.seen': { ko: '확인했어요', en: 'Seen' },
  'offline.begin': { ko: '오프라인으로 바꾸기', en: 'Go offline' },
  'offline.end': { ko: '다시 연결해서 일하기', en: 'Work online again' },
  'offline.begun': { ko: '지금부터 오프라인으로 일해요', en: 'This kiosk works offline now' },
  'offline.ended_by_staff': { ko: '다시 연결해서 일해요', en: 'This kiosk works online again' },
  'offline.on': {
    ko: '직원이 오프라인으로 바꿨어요 ({since}부터, 연결이 10분 동안 좋을 때까지). 이 기기가 파는 좌석은 그대로 살 수 있어요.',
    en: 'Offline by the staff since {since}, until the link has been good for 10 minutes. Seats sold by this kiosk can be bought as usual.',
  },
  'offline.on_until': {
    ko: '직원이 오프라인으로 바꿨어요 ({since}부터 {until}까지). 이 기기가 파는 좌석은 그대로 살 수 있어요.',
    en: 'Offline by the staff from {since} to {until}. Seats sold by this kiosk can be bought as usual.',
  },
  'offline.ends_soon': {
    ko: '오프라인이 {at}에 저절로 끝나요. 더 필요하면 직원이 늘려 주세요. 이 기기가 파는 좌석은 그대로 살 수 있어요.',
    en: 'Working offline ends by itself at {at}; staff can make it longer. Seats sold by this kiosk can be bought as usual.',
  },
  'offline.time_over': {
    ko: '직원 확인: 정한 시간이 지나 {at}에 오프라인이 저절로 끝났어요.',
    en: 'For staff: working offline ended by itself at {at}; its time was over.',
  },
  'offline.link_good': {
    ko: '직원 확인: 연결이 좋아져 {at}에 오프라인이 저절로 끝났어요.',
    en: 'For staff: working offline ended by itself at {at}; the link has been good.',
  },
  'kiosk.slow': {
    ko: '지금은 웹과의 연결이 느려요. 이 기기가 파는 좌석은 그대로 예매하고 결제할 수 있어요.',
    en: 'The web answers slowly right now. Seats sold by this kiosk can be booked and paid as usual.',
  },
  'theater.slow_short': { ko: '연결 느림', en: 'Slow link' },
  'theater.slow': { ko: '지금 극장과의 연결이 느려요', en: 'The theater answers slowly right now' },
} as const;
