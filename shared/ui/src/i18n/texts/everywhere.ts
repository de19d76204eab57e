// Words that every face uses: the brand, films, times, money and the state of a link.

export const everywhereTexts = {
  'brand.name': { ko: '무딩', en: 'moding' },
  'brand.line': { ko: '다시 보고 싶은 영화를, 영화관에서.', en: 'The films you miss, back in the cinema.' },

  'rating.all': { ko: '전체 관람가', en: 'All ages' },
  'rating.12': { ko: '12세 이상 관람가', en: '12 and over' },
  'rating.15': { ko: '15세 이상 관람가', en: '15 and over' },
  'rating.19': { ko: '청소년 관람불가', en: 'Adults only' },
  'rating.unrated': { ko: '등급 미정', en: 'Not rated' },
  'rating.short.all': { ko: '전체', en: 'ALL' },
  'rating.short.12': { ko: '12', en: '12' },
  'rating.short.15': { ko: '15', en: '15' },
  'rating.short.19': { ko: '19', en: '19' },
  'rating.short.unrated': { ko: '미정', en: 'NR' },

  'movie.runtime': { ko: '{count}분', en: '{count} min' },
  'money.won': { ko: '{amount}원', en: '₩{amount}' },

  'time.just_now': { ko: '방금 전', en: 'just now' },
  'time.seconds_ago': { ko: '{count}초 전', en: '{count} seconds ago', one: 'a second ago' },
  'time.minutes_ago': { ko: '{count}분 전', en: '{count} minutes ago', one: 'a minute ago' },
  'time.hours_ago': { ko: '{count}시간 전', en: '{count} hours ago', one: 'an hour ago' },
  'time.days_ago': { ko: '{count}일 전', en: '{count} days ago', one: 'a day ago' },
  'time.day': { ko: '{day}일', en: '{day}' },

  'screening.seats_left': { ko: '{count}석', en: '{count} left' },
  'screening.seats_left_long': {
    ko: '{count}석 남음',
    en: '{count} seats left',
    one: 'one seat left',
  },
  'screening.of_seats': { ko: '/ {count}석', en: '/ {count}' },
  'screening.none_left': { ko: '여기서는 매진', en: 'None left here' },
  'screening.not_yet': { ko: '예매 준비 중', en: 'Not on sale yet' },
  'screening.closed': { ko: '예매 마감', en: 'Sale closed' },
  'screening.until': { ko: '{clock} 종료', en: 'ends {clock}' },

  'action.retry': { ko: '다시 시도', en: 'Try again' },
  'state.loading': { ko: '불러오는 중이에요', en: 'Loading' },
  'language.switch': { ko: 'English로 바꾸기', en: '한국어로 바꾸기' },
} as const;
