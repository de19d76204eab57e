// The kiosk's touch screen.

export const kioskTexts = {
  'kiosk.title': { ko: '무딩 키오스크', en: 'moding kiosk' },
  'kiosk.touch': { ko: '화면을 눌러 주세요', en: 'Touch to begin' },
  'kiosk.welcome': { ko: '무엇을 도와드릴까요?', en: 'What would you like to do?' },
  'kiosk.buy': { ko: '지금 예매하기', en: 'Buy tickets' },
  'kiosk.buy_detail': {
    ko: '오늘 상영을 고르고 좌석을 골라 카드로 결제해요.',
    en: 'Choose a screening and seats, then pay by card.',
  },
  'kiosk.pick_up': { ko: '예매 확인하기', en: 'Find my booking' },
  'kiosk.pick_up_detail': {
    ko: '예매번호로 좌석과 티켓을 확인해요.',
    en: 'See your seats and tickets with the booking number.',
  },
  'kiosk.home': { ko: '처음으로', en: 'Start over' },
  'kiosk.back': { ko: '이전', en: 'Back' },

  'kiosk.tools': { ko: '화면 도구', en: 'Display tools' },
  'kiosk.text_size': { ko: '글자 크기', en: 'Text size' },
  'kiosk.text_size_now': { ko: '글자 크기 {percent}%', en: 'Text size {percent}%' },
  'kiosk.contrast': { ko: '고대비', en: 'Contrast' },
  'kiosk.low': { ko: '낮은 화면', en: 'Low screen' },

  'kiosk.offline': {
    ko: '지금은 웹과 연결이 끊겨 있어요. 이 기기가 파는 좌석은 그대로 예매하고 결제할 수 있어요.',
    en: 'The web cannot be reached right now. Seats sold by this kiosk can be booked and paid as usual.',
  },
  'kiosk.offline_no_terminal': {
    ko: '지금은 웹과 연결이 끊겨 있고 카드 단말기도 준비되지 않았어요. 상영 시간과 좌석은 볼 수 있어요.',
    en: 'The web cannot be reached and the card terminal is not ready. You can still look at times and seats.',
  },
  'kiosk.terminal_away': {
    ko: '카드 단말기가 아직 준비되지 않았어요. 결제는 잠시 뒤에 할 수 있어요.',
    en: 'The card terminal is not ready yet. You can pay in a moment.',
  },
  'kiosk.setting_up': {
    ko: '이 기기는 아직 극장 정보를 받지 못했어요. 직원에게 말씀해 주세요.',
    en: 'This kiosk has not received its theater yet. Please tell the staff.',
  },
  'kiosk.resting': { ko: '잠시 쉬고 있어요', en: 'Back in a moment' },
  'kiosk.resting_detail': {
    ko: '기기가 다시 연결되면 이 화면은 저절로 돌아와요. 급하시면 직원에게 말씀해 주세요.',
    en: 'This screen returns by itself once the kiosk is back. If it is urgent, please ask the staff.',
  },

  'kiosk.screenings': { ko: '어떤 상영을 보시겠어요?', en: 'Which screening?' },
  'kiosk.screenings_none': { ko: '오늘 남은 상영이 없어요', en: 'No screening is left today' },
  'kiosk.screenings_none_detail': { ko: '다른 날짜를 골라 보세요.', en: 'Please choose another day.' },
  'kiosk.screenings_none_at_all': {
    ko: '예매할 수 있는 상영이 아직 없어요.',
    en: 'There is no screening to book yet.',
  },
  'kiosk.seats': { ko: '좌석을 골라 주세요', en: 'Choose your seats' },
  'kiosk.next_pay': { ko: '{amount} 결제하기', en: 'Pay {amount}' },

  'kiosk.pay': { ko: '결제할 내용을 확인해 주세요', en: 'Please check before you pay' },
  'kiosk.pay_card': { ko: '{amount} 카드로 결제', en: 'Pay {amount} by card' },
  'kiosk.pay_starting': { ko: '카드 단말기를 여는 중이에요', en: 'Opening the card terminal' },
  'kiosk.pay_seats_kept': { ko: '좌석을 맡아 두었어요', en: 'Your seats are kept' },
  'kiosk.pay_give_up': { ko: '그만두기', en: 'Stop' },
  'kiosk.insert_card': { ko: '카드를 넣어 주세요', en: 'Insert your card' },
  'kiosk.insert_card_detail': {
    ko: '단말기에 카드를 끝까지 넣고, 안내가 나올 때까지 기다려 주세요.',
    en: 'Put your card all the way into the terminal and wait for the message.',
  },
  'kiosk.paying_cancel': { ko: '결제 취소', en: 'Cancel payment' },
  'kiosk.unknown': { ko: '결제 결과를 확인하고 있어요', en: 'We are checking your payment' },
  'kiosk.unknown_detail': {
    ko: '단말기의 응답이 늦어지고 있어요. 좌석은 그대로 맡아 두었으니 잠시만 기다려 주세요. 다시 결제하지 마세요.',
    en: 'The terminal is slow to answer. Your seats are kept. Please wait, and do not pay again.',
  },
  'kiosk.unknown_long': {
    ko: '확인이 오래 걸리고 있어요. 이 주문 번호를 직원에게 보여 주세요.',
    en: 'This is taking long. Please show this order number to the staff.',
  },
  'kiosk.declined': { ko: '카드가 승인되지 않았어요', en: 'The card was declined' },
  'kiosk.declined_detail': {
    ko: '결제되지 않았어요. 다른 카드로 다시 시도할 수 있어요.',
    en: 'Nothing was charged. You can try another card.',
  },
  'kiosk.timed_out': { ko: '카드를 읽지 못했어요', en: 'No card was read' },
  'kiosk.timed_out_detail': {
    ko: '시간이 지나 결제가 끝났어요. 결제되지 않았어요.',
    en: 'The terminal waited too long. Nothing was charged.',
  },
  'kiosk.pay_cancelled': { ko: '결제를 취소했어요', en: 'Payment cancelled' },
  'kiosk.pay_cancelled_detail': { ko: '결제되지 않았어요.', en: 'Nothing was charged.' },
  'kiosk.unavailable': { ko: '지금은 카드 단말기를 쓸 수 없어요', en: 'The card terminal cannot be used' },
  'kiosk.unavailable_detail': {
    ko: '결제되지 않았어요. 잠시 뒤 다시 시도하거나 직원에게 말씀해 주세요.',
    en: 'Nothing was charged. Try again in a moment or ask the staff.',
  },
  'kiosk.reversed': { ko: '결제를 되돌렸어요', en: 'The payment was reversed' },
  'kiosk.reversed_detail': {
    ko: '그 사이 좌석을 드릴 수 없게 되어 결제한 금액을 돌려드려요. 좌석을 다시 골라 주세요.',
    en: 'The seats could not be given after all, so the money is returned. Please choose again.',
  },
  'kiosk.pay_again': { ko: '다시 결제하기', en: 'Pay again' },

  'simulator.title': { ko: '시뮬레이션 단말기', en: 'Simulated terminal' },
  'simulator.detail': {
    ko: '실제 카드 단말기가 아니에요. 돈이 나가지 않아요.',
    en: 'Not a real card terminal. No money moves.',
  },
  'simulator.approve': { ko: '승인', en: 'Approve' },
  'simulator.decline': { ko: '거절', en: 'Decline' },
  'simulator.time_out': { ko: '시간 초과', en: 'Time out' },
  'simulator.lose_answer': { ko: '응답 유실', en: 'Lose the answer' },

  'kiosk.done': { ko: '예매가 끝났어요', en: 'You are booked' },
  'kiosk.done_detail': {
    ko: '예매번호를 사진으로 남기거나 적어 두세요. 이 기기는 아직 티켓을 인쇄하지 않아요.',
    en: 'Please take a photo or a note of your number. This kiosk does not print tickets yet.',
  },
  'kiosk.found': { ko: '예매를 찾았어요', en: 'We found your booking' },
  'kiosk.unpaid': {
    ko: '아직 결제하지 않은 예매예요 ({amount}). 상영 전에 직원에게 결제해 주세요.',
    en: 'Not paid yet ({amount}). Please pay the staff before the screening.',
  },
  'kiosk.finish': { ko: '마치기', en: 'Done' },

  'kiosk.number': { ko: '예매번호를 눌러 주세요', en: 'Enter your booking number' },
  'kiosk.number_detail': { ko: '숫자 12자리예요.', en: 'It has 12 digits.' },
  'kiosk.number_find': { ko: '예매 찾기', en: 'Find booking' },
  'kiosk.number_typed': { ko: '입력한 번호', en: 'Number so far' },
  'kiosk.number_left': { ko: '{count}자리 남았어요', en: '{count} digits to go', one: 'one digit to go' },
  'kiosk.keypad': { ko: '숫자판', en: 'Keypad' },
  'kiosk.key_clear': { ko: '모두 지움', en: 'Clear' },
  'kiosk.key_delete': { ko: '한 칸 지움', en: 'Delete' },
  'kiosk.number_unknown': {
    ko: '이 번호의 예매를 찾지 못했어요. 번호를 다시 확인해 주세요.',
    en: 'No booking has this number. Please check it again.',
  },
  'kiosk.number_unknown_offline': {
    ko: '이 번호의 예매를 찾지 못했어요. 지금은 웹과 연결이 끊겨 있어, 방금 웹에서 한 예매는 아직 모를 수 있어요.',
    en: 'No booking has this number. The web cannot be reached, so a very recent web booking may not be known here yet.',
  },

  'idle.title': { ko: '계속하시겠어요?', en: 'Are you still there?' },
  'idle.detail': {
    ko: '{time} 뒤에 처음 화면으로 돌아가요. 아무 곳이나 누르면 계속할 수 있어요.',
    en: 'Back to the start in {time}. Touch anywhere to go on.',
  },
  'idle.detail_hold': {
    ko: '{time} 뒤에 처음 화면으로 돌아가고, 맡아 둔 좌석은 놓아줘요. 아무 곳이나 누르면 계속할 수 있어요.',
    en: 'Back to the start in {time}, and your seats are released. Touch anywhere to go on.',
  },
  'idle.go_on': { ko: '계속하기', en: 'Go on' },
} as const;
