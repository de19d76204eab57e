// Paying on the web: the order, what became of an attempt, and money that goes back.

export const payTexts = {
  'checkout.card': { ko: '지금 결제', en: 'Pay now' },
  'checkout.card_detail': {
    ko: '카드나 간편결제로 결제해요. 다음 화면에서 토스페이먼츠 결제창이 열려요.',
    en: 'By card or easy pay, in the Toss Payments window that opens next.',
  },
  'checkout.if_gone': {
    ko: '결제가 늦어 좌석이 사라지면 같은 구역의 다른 좌석으로 받을게요',
    en: 'If my payment comes too late for these seats, give me others of the same zone',
  },
  'checkout.if_gone_detail': {
    ko: '고르지 않으면 전액 돌려드려요.',
    en: 'Otherwise all of the money goes back.',
  },
  'checkout.pay': { ko: '{amount} 결제하기', en: 'Pay {amount}' },
  'checkout.opening': { ko: '결제를 준비하고 있어요', en: 'Getting ready to pay' },

  'pay.title': { ko: '결제', en: 'Payment' },
  'pay.kept': { ko: '좌석을 맡아 두는 시간', en: 'Kept for you' },
  'pay.kept_tickets': { ko: '결제를 기다리는 시간', en: 'Time to pay' },
  'pay.window_hint': {
    ko: '토스페이먼츠 결제창에서 결제해요. 카드 정보는 무딩에 남지 않아요.',
    en: 'You pay in the Toss Payments window. moding never sees your card.',
  },
  'pay.opening': { ko: '결제창을 여는 중이에요', en: 'Opening the payment window' },
  'pay.opening_detail': {
    ko: '열리지 않으면 아래 버튼을 눌러 주세요.',
    en: 'If it does not open, press the button below.',
  },
  'pay.again': { ko: '{amount} 다시 결제하기', en: 'Try again: {amount}' },
  'pay.give_up': { ko: '결제 그만두기', en: 'Stop' },
  'pay.other_way': { ko: '다른 방법으로 결제', en: 'Pay another way' },
  'pay.window_failed': {
    ko: '결제창을 열지 못했어요. 연결을 확인하고 다시 눌러 주세요. 결제된 금액은 없어요.',
    en: 'The payment window could not be opened. Check the connection and press again. Nothing was charged.',
  },
  'pay.order_number': { ko: '주문번호', en: 'Order' },
  'pay.amount': { ko: '결제 금액', en: 'Amount' },
  'pay.what_pledge': { ko: '펀딩 참여 {count}매', en: '{count} pledged tickets', one: 'One pledged ticket' },

  'pay.not_paid': { ko: '결제하지 않았어요', en: 'Nothing was paid' },
  'pay.not_charged': { ko: '청구된 금액은 없어요.', en: 'Nothing was charged.' },
  'pay.still_kept': {
    ko: '좌석은 아직 맡아 두었어요.',
    en: 'Your seats are still kept.',
  },
  'pay.still_kept_tickets': {
    ko: '참여할 자리는 아직 맡아 두었어요.',
    en: 'Your tickets are still kept.',
  },

  'pay.confirming': { ko: '결제 결과를 확인하고 있어요', en: 'We are checking your payment' },
  'pay.confirming_detail': {
    ko: '확인될 때까지 좌석은 그대로 맡아 둘게요. 다시 결제하지 마세요. 이 화면을 닫아도 괜찮아요.',
    en: 'Your seats stay kept until it is known. Please do not pay again. You may close this page.',
  },
  'pay.confirming_first': {
    ko: '확인될 때까지 좌석은 그대로 맡아 둘게요. 다시 결제하지 마세요.',
    en: 'Your seats stay kept until it is known. Please do not pay again.',
  },
  'pay.confirming_detail_tickets': {
    ko: '확인될 때까지 참여할 자리는 그대로 맡아 둘게요. 다시 결제하지 마세요. 이 화면을 닫아도 괜찮아요.',
    en: 'Your tickets stay kept until it is known. Please do not pay again. You may close this page.',
  },
  'pay.confirming_since': { ko: '{time}부터 확인하는 중', en: 'Checking since {time}' },
  'pay.confirming_long': {
    ko: '카드사나 결제사의 답이 늦어지고 있어요. 결과가 나오면 이 화면이 바로 바뀌어요.',
    en: 'The bank is slow to answer. This page changes as soon as we know.',
  },
  'pay.not_sent': { ko: '결제 결과를 아직 보내지 못했어요', en: 'Your payment has not reached us yet' },
  'pay.not_sent_detail': {
    ko: '연결되는 대로 자동으로 다시 보내요. 이 화면을 열어 두세요.',
    en: 'It is sent again as soon as there is a connection. Please leave this page open.',
  },
  'pay.checked_at': { ko: '{time}에 확인함', en: 'Checked at {time}' },

  'pay.deposit': { ko: '입금을 기다리고 있어요', en: 'Waiting for your transfer' },
  'pay.deposit_detail': {
    ko: '{until}까지 아래 계좌로 입금해 주세요. 그때까지 좌석을 맡아 둘게요.',
    en: 'Please transfer to this account by {until}. Your seats are kept until then.',
  },
  'pay.deposit_bank': { ko: '은행', en: 'Bank' },
  'pay.deposit_account': { ko: '계좌번호', en: 'Account' },
  'pay.deposit_unknown': {
    ko: '계좌를 잠시 불러오지 못하고 있어요. 곧 다시 보여 드릴게요.',
    en: 'The account cannot be shown for a moment. It will be back soon.',
  },

  'pay.paid': { ko: '예매했어요', en: 'You are booked' },
  'pay.paid_pledge': { ko: '펀딩에 참여했어요', en: 'You are a backer' },
  'pay.paid_other_seats': {
    ko: '고르신 좌석이 사라져 같은 구역의 다른 좌석으로 예매했어요.',
    en: 'Your seats were gone: you were booked on others of the same zone.',
  },
  'pay.to_booking': { ko: '예매 내역 보기', en: 'See the booking' },
  'pay.to_campaign': { ko: '펀딩 페이지로', en: 'To the campaign' },
  'pay.to_pledge': { ko: '내 펀딩 보기', en: 'See my pledge' },

  'pay.over': { ko: '결제하지 않고 끝난 주문이에요', en: 'This order ended without a payment' },
  'pay.over.expired': {
    ko: '시간이 지나 주문이 끝났어요. 청구된 금액은 없어요.',
    en: 'Its time has run out. Nothing was charged.',
  },
  'pay.over.given_up': {
    ko: '결제를 그만두었어요. 청구된 금액은 없어요.',
    en: 'You gave it up. Nothing was charged.',
  },
  'pay.over.broken_off': {
    ko: '결제가 중간에 끊겨 주문을 마쳤어요. 청구된 금액은 없어요.',
    en: 'The payment was broken off. Nothing was charged.',
  },

  'pay.refunding': { ko: '돈을 돌려드리고 있어요', en: 'Your money is going back' },
  'pay.refunding_detail': {
    ko: '결제하는 사이에 자리가 사라졌어요. {amount}을 전액 돌려드려요. 따로 하실 일은 없어요.',
    en: 'The seats were gone when the payment came. All of {amount} goes back. There is nothing you have to do.',
  },
  'pay.refunded': { ko: '전액 돌려드렸어요', en: 'All of it went back' },
  'pay.refunded_detail': {
    ko: '{time}에 {amount}을 취소했어요. 카드에는 3~4영업일 안에 보여요.',
    en: '{amount} was returned at {time}. It shows on a card within 3 to 4 business days.',
  },
  'pay.refund_refused': { ko: '환불이 자동으로 되지 않았어요', en: 'The refund did not go through by itself' },
  'pay.refund_refused_detail': {
    ko: '{amount}을 담당자가 직접 돌려드릴게요. 주문번호를 알려 주시면 더 빨라요.',
    en: 'Somebody will return {amount} by hand. Having the order number helps.',
  },
  'pay.gone': { ko: '그런 주문을 찾지 못했어요', en: 'There is no such order' },
  'pay.gone_detail': {
    ko: '주소가 잘렸을 수 있어요. 예매 확인에서 예매번호로 찾아보세요.',
    en: 'The address may be cut off. Try the booking number.',
  },
  'pay.amount_differs': {
    ko: '결제 금액이 주문과 달라 승인하지 않았어요. 청구된 금액은 없어요.',
    en: 'The amount was not that of the order, so it was not approved. Nothing was charged.',
  },
  'pay.link_broken': {
    ko: '결제 결과를 읽지 못했어요. 주문 상태를 다시 확인했어요.',
    en: 'The result could not be read. This is how the order stands.',
  },

  'pay.why.cancelled': { ko: '결제를 취소했어요.', en: 'You cancelled the payment.' },
  'pay.why.aborted': {
    ko: '결제가 중간에 멈췄어요. 다시 시도해 주세요.',
    en: 'The payment was broken off. Please try again.',
  },
  'pay.why.timeout': {
    ko: '결제창을 연 지 오래되어 결제가 끝났어요. 다시 결제해 주세요.',
    en: 'The payment window was open for too long. Please pay again.',
  },
  'pay.why.rejected': {
    ko: '카드사에서 승인하지 않았어요. 다른 카드로 해 보거나 카드사에 문의해 주세요.',
    en: 'The card company did not approve it. Try another card or ask the card company.',
  },
  'pay.why.funds': {
    ko: '한도나 잔액이 모자라요. 다른 카드로 해 보세요.',
    en: 'The limit or the balance is not enough. Please try another card.',
  },
  'pay.why.card': {
    ko: '쓸 수 없는 카드예요. 카드 번호와 유효 기간을 확인하거나 다른 카드로 해 주세요.',
    en: 'This card cannot be used. Check the number and the expiry date, or use another card.',
  },
  'pay.why.password': {
    ko: '비밀번호나 본인 확인이 맞지 않았어요. 다시 해 주세요.',
    en: 'The password or the identity check was wrong. Please try again.',
  },
  'pay.why.instalments': {
    ko: '이 카드로는 고른 할부 개월을 쓸 수 없어요. 다른 개월이나 일시불로 해 주세요.',
    en: 'This card does not offer that instalment plan. Please choose another or pay at once.',
  },
  'pay.why.too_often': {
    ko: '오늘 이 카드로 결제할 수 있는 횟수를 넘었어요. 다른 카드로 해 주세요.',
    en: 'This card was used too often today. Please use another.',
  },
  'pay.why.bank': {
    ko: '은행 점검 시간이거나 계좌를 쓸 수 없어요. 다른 방법으로 결제해 주세요.',
    en: 'The bank cannot be used now. Please pay another way.',
  },
  'pay.why.busy': {
    ko: '결제사가 잠시 응답하지 않아요. 조금 뒤에 다시 해 주세요.',
    en: 'The payment service does not answer for the moment. Please try again in a little while.',
  },
  'pay.why.unknown': {
    ko: '결제되지 않았어요. 다시 시도하거나 다른 방법으로 결제해 주세요.',
    en: 'It was not paid. Try again, or pay another way.',
  },

  'refund.title': { ko: '환불', en: 'Refund' },
  'refund.pending': { ko: '환불하는 중', en: 'On its way' },
  'refund.awaiting_account': { ko: '환불받을 계좌를 기다리는 중', en: 'Waiting for your account' },
  'refund.done': { ko: '환불 완료', en: 'Refunded' },
  'refund.refused': { ko: '담당자가 확인하는 중', en: 'Being looked after' },
  'refund.asked_at': { ko: '{time} 신청', en: 'asked {time}' },
  'refund.done_at': { ko: '{time} 완료', en: 'done {time}' },
  'refund.for_seats': { ko: '{seats}', en: '{seats}' },
  'refund.card_days': {
    ko: '카드에는 3~4영업일 안에 보여요.',
    en: 'It shows on a card within 3 to 4 business days.',
  },
  'refund.refused_detail': {
    ko: '자동으로 돌려드리지 못해 담당자가 직접 처리하고 있어요.',
    en: 'It did not go through by itself; somebody is looking after it.',
  },

  'cancel.choose': { ko: '취소할 티켓', en: 'Tickets to cancel' },
  'cancel.offer': {
    ko: '지금 취소하면 {percent}% 돌려드려요 ({until}까지).',
    en: '{percent} % comes back now (until {until}).',
  },
  'cancel.offer_none': {
    ko: '이제는 취소해도 돌려드릴 금액이 없어요.',
    en: 'Nothing comes back any more.',
  },
  'cancel.back': { ko: '돌려받을 금액', en: 'Comes back' },
  'cancel.some': { ko: '티켓 {count}장 취소', en: 'Cancel {count} tickets', one: 'Cancel one ticket' },
  'cancel.none_chosen': { ko: '취소할 티켓을 골라 주세요.', en: 'Choose what to cancel.' },
  'cancel.done_some': { ko: '티켓을 취소했어요', en: 'The tickets are cancelled' },
} as const;
