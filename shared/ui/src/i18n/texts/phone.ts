// Paying at the kiosk on one's own phone.

export const phoneTexts = {
  'phone.pay': { ko: '내 휴대폰으로 결제', en: 'Pay on my phone' },
  'phone.hub_unreachable': {
    ko: '지금은 웹과 연결되지 않아 휴대폰으로 결제할 수 없어요.',
    en: 'The web cannot be reached, so a phone cannot pay right now.',
  },
  'phone.title': { ko: '휴대폰으로 결제해 주세요', en: 'Pay on your phone' },
  'phone.detail': {
    ko: '휴대폰 카메라로 아래 코드를 비추면 결제 화면이 열려요. 결제가 끝나면 이 화면에 티켓이 나와요.',
    en: 'Point your phone’s camera at this code to open the payment. Your tickets appear here afterwards.',
  },
  'phone.spoken': {
    ko: '화면의 코드를 휴대폰 카메라로 비춰 결제해 주세요.',
    en: 'Point your phone’s camera at the code on the screen to pay.',
  },
  'phone.code': { ko: '결제 화면을 여는 코드', en: 'Code that opens the payment' },
  'phone.left': { ko: '남은 시간 {time}', en: '{time} left' },
  'phone.give_up': { ko: '휴대폰 결제 그만두기', en: 'Do not pay on a phone' },
  'phone.given': { ko: '결제 화면을 준비하고 있어요', en: 'Preparing the payment' },
  'phone.no_answer': { ko: '웹에서 답이 오지 않아요', en: 'The web does not answer' },
  'phone.no_answer_detail': {
    ko: '결제되지 않았어요. 연결되면 이 화면에 코드가 나와요. 기다리지 않으셔도 되고, 고른 좌석은 곧 다시 판매해요.',
    en: 'Nothing was paid. The code appears here when the web is back. You need not wait; your seats will be on sale again soon.',
  },
  'phone.away': {
    ko: '이 기기는 지금 웹과 연결되지 않았어요. 휴대폰에서는 계속 결제할 수 있고, 예매번호는 휴대폰에 나와요.',
    en: 'This kiosk cannot reach the web now. You can still pay on your phone, which shows your booking number.',
  },
  'phone.paying': { ko: '휴대폰에서 결제하고 있어요', en: 'Paying on your phone' },
  'phone.paying_detail': {
    ko: '결제 결과를 기다리고 있어요. 좌석은 그대로 맡아 두었어요.',
    en: 'We are waiting for the result. Your seats are kept.',
  },
  'phone.over': { ko: '결제하지 않았어요', en: 'Nothing was paid' },
  'phone.over.expired': {
    ko: '결제할 시간이 지났어요. 고른 좌석은 다시 판매해요.',
    en: 'The time to pay has run out. Your seats are on sale again.',
  },
  'phone.over.given_up': {
    ko: '휴대폰 결제를 그만두었어요. 고른 좌석은 다시 판매해요.',
    en: 'The payment was given up. Your seats are on sale again.',
  },
  'phone.over.seats_gone': {
    ko: '좌석을 맡아 두지 못했어요. 다른 좌석을 골라 주세요.',
    en: 'The seats could not be kept. Please choose others.',
  },
  'phone.over.paid_back': {
    ko: '결제가 늦어 좌석을 드리지 못했어요. 결제한 금액은 돌려드려요.',
    en: 'The payment came too late for the seats. Your money goes back.',
  },
} as const;
