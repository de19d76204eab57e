// The seat map: what is drawn, what is said, and why a seat is or is not for sale.

export const seatTexts = {
  'seat.name': { ko: '{row}열 {number}번', en: 'Row {row}, seat {number}' },
  'seat.row': { ko: '{row}열', en: 'Row {row}' },
  'seat.kind.standard': { ko: '일반석', en: 'standard seat' },
  'seat.kind.couple': { ko: '커플석', en: 'couple seat' },
  'seat.kind.wheelchair': { ko: '휠체어석', en: 'wheelchair space' },
  'seat.kind.companion': { ko: '동반석', en: 'companion seat' },
  'seat.zone_price': { ko: '{zone} {price}', en: '{zone} {price}' },
  'seat.look.free': { ko: '예매 가능', en: 'available' },
  'seat.look.elsewhere': { ko: '여기서는 판매하지 않음', en: 'not sold here' },
  'seat.look.held': { ko: '다른 분이 선택 중', en: 'being bought by someone' },
  'seat.look.sold': { ko: '판매됨', en: 'sold' },
  'seat.look.blocked': { ko: '판매 안 함', en: 'not for sale' },
  'seat.look.chosen': { ko: '선택함', en: 'chosen' },
  'seat.look.mine': { ko: '내가 맡아 둔 좌석', en: 'kept for you' },

  'map.label': {
    ko: '좌석 배치도. 화살표 키로 옮겨 다니고 스페이스 키로 선택해요.',
    en: 'Seat map. Move with the arrow keys, choose with the space bar.',
  },
  'map.screen': { ko: '스크린', en: 'SCREEN' },
  'map.zoom_in': { ko: '확대', en: 'Zoom in' },
  'map.zoom_out': { ko: '축소', en: 'Zoom out' },
  'map.zoom_fit': { ko: '전체 보기', en: 'Show all' },
  'map.zoomed': {
    ko: '확대했어요. 원하는 좌석을 눌러 주세요.',
    en: 'Zoomed in. Now tap the seat you want.',
  },
  'map.hint_touch': {
    ko: '좌석을 누르면 확대돼요. 두 손가락으로 확대·축소할 수 있어요.',
    en: 'Tap to zoom in. Pinch to zoom.',
  },
  'map.legend': { ko: '좌석 안내', en: 'Legend' },
  'map.taken_in_a_moment': {
    ko: '{seats}: 방금 다른 분이 선택했어요. 선택에서 뺐어요.',
    en: '{seats}: somebody else just took it. We removed it from your choice.',
  },
  'map.chosen': { ko: '{seat} 선택했어요. 모두 {count}석, {amount}', en: '{seat} chosen. {count} in all, {amount}' },
  'map.unchosen': { ko: '{seat} 선택을 풀었어요. 모두 {count}석', en: '{seat} released. {count} in all' },
  'map.not_for_choice': { ko: '{seat}: {why}', en: '{seat}: {why}' },
  'map.too_many': {
    ko: '한 번에 {count}석까지 고를 수 있어요.',
    en: 'You can choose up to {count} seats at once.',
  },

  'live.as_of': { ko: '실시간 · {time} 기준', en: 'Live · as of {time}' },
  'live.connecting': { ko: '좌석 상태를 연결하고 있어요 · {time} 기준', en: 'Connecting · as of {time}' },
  'live.stale': {
    ko: '연결이 끊겨 {time} 기준이에요. 다시 연결하고 있어요.',
    en: 'Connection lost: as of {time}. Reconnecting.',
  },

  'live.viewers': { ko: '{count}명이 보고 있어요', en: '{count} people are looking', one: 'one person is looking' },
  'live.when': { ko: '{time} 기준', en: 'as of {time}' },
  'live.never': { ko: '아직 연결된 적 없음', en: 'not connected so far' },

  'elsewhere.hub': {
    ko: '점선 좌석 {count}석은 극장이 현장에서 직접 파는 좌석이에요. ({when})',
    en: 'The {count} dotted seats are sold at the theater itself ({when}).',
  },
  'elsewhere.hub_away': {
    ko: '극장과 연결이 끊겨 있어요. 극장이 직접 파는 {count}석은 빈 좌석으로 보여 드리지 않아요. ({when})',
    en: 'The theater cannot be reached. The {count} seats it sells itself are not shown as free here ({when}).',
  },
  'elsewhere.kiosk': {
    ko: '점선 좌석 {count}석은 웹에서 파는 좌석이에요. ({when})',
    en: 'The {count} dotted seats are sold on the web ({when}).',
  },
  'elsewhere.kiosk_away': {
    ko: '웹과 연결이 끊겨 있어요. 웹에서 파는 {count}석은 여기서 팔지 않아요. ({when})',
    en: 'The web cannot be reached. The {count} seats it sells are not sold here ({when}).',
  },

  'party.label': { ko: '몇 분이 오시나요?', en: 'How many of you?' },
  'party.size': { ko: '{count}명', en: '{count}', one: '1' },
  'party.none': {
    ko: '나란히 앉을 {count}자리를 찾지 못했어요. 좌석을 직접 골라 주세요.',
    en: 'No {count} seats together were found. Please choose by hand.',
    one: 'No seat was found. Please choose by hand.',
  },
  'party.picked': { ko: '{seats}, 어떠세요?', en: 'How about {seats}?' },
  'party.accessible': { ko: '휠체어석이 필요해요', en: 'We need a wheelchair space' },

  'choice.none': { ko: '좌석을 골라 주세요', en: 'Choose your seats' },
  'choice.title': { ko: '선택한 좌석', en: 'Your seats' },
  'choice.seats': { ko: '{count}석', en: '{count} seats', one: '{count} seat' },
  'choice.total': { ko: '합계', en: 'Total' },
  'choice.remove': { ko: '{seat} 선택 풀기', en: 'Remove {seat}' },
  'choice.clear': { ko: '모두 풀기', en: 'Clear' },
  'choice.continue': { ko: '{amount} · 계속하기', en: '{amount} · Continue' },
  'choice.continue_empty': { ko: '좌석을 먼저 골라 주세요', en: 'Choose seats first' },
  'choice.holding': { ko: '좌석을 맡는 중이에요', en: 'Keeping your seats' },
  'choice.held_before': {
    ko: '이미 맡아 둔 좌석이 있어요: {seats}',
    en: 'You already have seats kept for you: {seats}',
  },
  'choice.go_on': { ko: '이어서 예매하기', en: 'Go on booking' },
  'choice.let_go': { ko: '놓아주고 다시 고르기', en: 'Let go and choose again' },

  'hold.left': { ko: '남은 시간', en: 'Time left' },
  'hold.announce': { ko: '남은 시간 {time}', en: '{time} left' },
  'hold.minutes_seconds': { ko: '{minutes}분 {seconds}초', en: '{minutes} min {seconds} s' },
  'hold.minutes': { ko: '{count}분', en: '{count} minutes', one: '1 minute' },
  'hold.seconds': { ko: '{count}초', en: '{count} seconds', one: '1 second' },
  'hold.extend': { ko: '시간 늘리기', en: 'More time' },
  'hold.extended': { ko: '시간을 늘렸어요. 남은 시간 {time}', en: 'Extended: {time} left' },
  'hold.extended_to_the_end': {
    ko: '더는 늘릴 수 없어요. 남은 시간 {time}',
    en: 'This cannot be extended further: {time} left',
  },
  'hold.over': { ko: '좌석을 맡아 둔 시간이 지났어요', en: 'Your time has run out' },
  'hold.over_detail': {
    ko: '좌석은 다시 다른 분들이 고를 수 있어요. 처음부터 골라 주세요.',
    en: 'The seats are open to others again. Please choose once more.',
  },
  'hold.choose_again': { ko: '좌석 다시 고르기', en: 'Choose seats again' },
} as const;
