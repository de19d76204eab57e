// Joining a campaign at the kiosk.

export const joinTexts = {
  'join.start': { ko: '펀딩 참여하기', en: 'Join a campaign' },
  'join.start_detail': {
    ko: '다시 보고 싶은 영화에 참여해요. 목표가 차지 않으면 모두 돌려드려요.',
    en: 'Help to bring a film back. If too few join, everybody gets the money back.',
  },
  'join.which': { ko: '어떤 영화를 다시 볼까요?', en: 'Which film comes back?' },
  'join.none': { ko: '지금 참여할 수 있는 펀딩이 없어요', en: 'There is no campaign to join now' },
  'join.none_detail': { ko: '새 펀딩이 열리면 여기에 나와요.', en: 'New ones are listed here.' },
  'join.progress': {
    ko: '목표 {goal}장 중 {paid}장 · {backers}명 참여',
    en: '{paid} of {goal} tickets · {backers} backers',
  },
  'join.as_of': { ko: '{time} 기준', en: 'as of {time}' },
  'join.until': { ko: '{time}까지', en: 'until {time}' },
  'join.price': { ko: '1장 {amount}', en: '{amount} each' },
  'join.left': { ko: '여기서 {count}장까지', en: 'up to {count} here', one: 'one left here' },
  'join.not_now': {
    ko: '지금은 참여할 수 없어요. 마감 시각을 확인하고 있거나 여기서 낼 수 있는 수량이 없어요.',
    en: 'You cannot join now: the deadline is near or over, or no tickets are left here.',
  },
  'join.tickets': { ko: '몇 장 참여할까요?', en: 'How many tickets?' },
  'join.count': { ko: '{count}장', en: '{count}', one: 'one' },
  'join.phone': { ko: '휴대전화 번호 (선택)', en: 'Mobile number (not needed)' },
  'join.phone_detail': {
    ko: '남기면 결과를 알려드리고, 웹에서 좌석을 고를 수 있어요. 남기지 않으면 상영 3시간 전에 좌석을 정해 드려요.',
    en: 'With it we tell you the result and you choose your seats on the web. Without it you get seats 3 hours before the show.',
  },
  'join.rules': {
    ko: '마감까지 목표가 차면 상영하고, 차지 않으면 전액 돌려드려요. 카드는 이 키오스크에서, 현금은 직원이 돌려드려요.',
    en: 'With enough tickets by the deadline it is screened; otherwise everything is paid back, here at this kiosk.',
  },
  'join.pay_card': { ko: '{amount} 카드로 참여', en: 'Join with {amount} by card' },
  'join.pay_desk': { ko: '직원에게 현금으로', en: 'Cash to the staff' },
  'join.done': { ko: '펀딩에 참여했어요', en: 'You have joined' },
  'join.done_detail': {
    ko: '참여 번호를 사진으로 남기거나 적어 두세요. 좌석을 고르거나 환불받을 때 필요해요.',
    en: 'Please take a photo or a note of this number. You need it for seats or for your money.',
  },
  'join.number': { ko: '참여 번호', en: 'Pledge number' },
  'join.summary': { ko: '{title} · {count}장', en: '{title} · {count} tickets', one: '{title} · one ticket' },
  'join.desk_order': { ko: '펀딩 {count}장', en: '{count} tickets of a campaign', one: 'one ticket of a campaign' },
} as const;
