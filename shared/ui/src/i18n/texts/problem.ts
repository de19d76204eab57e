// What each refusal means to a customer, and what to do next. Every error code of the API has
// a text here.

export const problemTexts = {
  'problem.invalid_request': {
    ko: '입력한 내용을 다시 확인해 주세요.',
    en: 'Please check what you entered.',
  },
  'problem.not_found': { ko: '찾을 수 없어요.', en: 'We could not find that.' },
  'problem.seat_taken': {
    ko: '그 사이에 다른 분이 선택한 좌석이 있어요. 다른 좌석을 골라 주세요.',
    en: 'Someone was faster for some of these seats. Please choose others.',
  },
  'problem.seat_not_on_sale_here': {
    ko: '지금 여기서는 팔지 않는 좌석이에요. 다른 좌석을 골라 주세요.',
    en: 'That seat is not sold here right now. Please choose another.',
  },
  'problem.strands_single_seat': {
    ko: '이렇게 고르면 한 자리만 외따로 남아요. 옆으로 한 칸만 옮겨 주세요.',
    en: 'This would leave one seat on its own. Please move along by one.',
  },
  'problem.too_many_seats': {
    ko: '한 번에 고를 수 있는 좌석 수를 넘었어요.',
    en: 'That is more seats than can be booked at once.',
  },
  'problem.hold_expired': {
    ko: '좌석을 맡아 둔 시간이 지났어요. 좌석을 다시 골라 주세요.',
    en: 'The time for these seats has run out. Please choose again.',
  },
  'problem.hold_not_found': {
    ko: '맡아 둔 좌석을 찾을 수 없어요. 좌석을 다시 골라 주세요.',
    en: 'We no longer keep these seats. Please choose again.',
  },
  'problem.sale_not_open': { ko: '아직 예매가 시작되지 않았어요.', en: 'Booking has not opened yet.' },
  'problem.sale_closed': {
    ko: '이 상영은 예매가 끝났어요. 다른 상영을 골라 주세요.',
    en: 'Booking for this screening has closed. Please choose another.',
  },
  'problem.clock_unsure': {
    ko: '지금 기기의 시각을 확인하고 있어 이 상영은 팔 수 없어요. 직원에게 말씀해 주세요.',
    en: 'The clock of this device is being checked, so this screening cannot be sold right now. Please ask the staff.',
  },
  'problem.payment_in_progress': {
    ko: '결제가 이미 진행되고 있어요. 잠시만 기다려 주세요.',
    en: 'A payment is already under way. Please wait a moment.',
  },
  'problem.terminal_unavailable': {
    ko: '지금은 카드 단말기를 쓸 수 없어요. 직원에게 말씀해 주세요.',
    en: 'The card terminal cannot be used right now. Please ask the staff.',
  },
  'problem.hub_unreachable': {
    ko: '지금은 웹과 연결되지 않아 휴대폰으로 결제할 수 없어요. 다른 방법으로 결제해 주세요.',
    en: 'The web cannot be reached, so a phone cannot pay right now. Please pay in another way.',
  },
  'problem.acquirer_unreachable': {
    ko: '지금은 카드사와 연결되지 않아 카드를 받을 수 없어요. 다른 방법으로 결제해 주세요.',
    en: 'The card company cannot be reached right now. Please pay in another way.',
  },
  'problem.desk_closed': {
    ko: '여기서는 현금을 받지 않아요. 카드로 결제해 주세요.',
    en: 'Nobody takes cash here. Please pay by card.',
  },
  'problem.not_waiting': {
    ko: '더 이상 현금을 기다리는 주문이 아니에요.',
    en: 'This order no longer waits for cash.',
  },
  'problem.too_little_cash': { ko: '받은 돈이 모자라요.', en: 'That is too little.' },
  'problem.not_paid_here': {
    ko: '이 키오스크에서 결제한 예매가 아니에요. 결제한 곳에서 환불해 주세요.',
    en: 'This booking was not paid at this kiosk. Please refund it where it was paid.',
  },
  'problem.nothing_back': {
    ko: '지금은 돌려받을 수 있는 금액이 없어요.',
    en: 'Nothing comes back any more.',
  },
  'problem.cannot_cancel': {
    ko: '이 예매는 여기서 취소할 수 없어요. 극장에 문의해 주세요.',
    en: 'This booking cannot be cancelled here. Please ask the theater.',
  },
  'problem.ticket_used': {
    ko: '이미 인쇄했거나 입장에 쓴 티켓은 극장에서만 환불할 수 있어요.',
    en: 'A ticket that was printed or used is taken back at the theater’s counter only.',
  },
  'problem.theater_away': {
    ko: '지금은 극장과 연결되지 않아 티켓이 쓰였는지 확인할 수 없어요. 잠시 후 다시 시도하거나 극장에 문의해 주세요.',
    en: 'The theater cannot be reached to see whether the ticket was used. Please try again later or ask at the counter.',
  },
  'problem.refund_account_needed': {
    ko: '환불받을 은행, 계좌번호, 예금주를 알려 주세요.',
    en: 'Please say which bank account the money goes to.',
  },
  'problem.refund_account_invalid': {
    ko: '환불받을 은행, 계좌번호, 예금주를 확인해 주세요.',
    en: 'Please check the bank, the number and the holder of the account.',
  },
  'problem.cannot_be_decided': {
    ko: '지금은 그렇게 처리할 수 없어요. 화면을 새로 고쳐 주세요.',
    en: 'It cannot be decided that way now. Please load the page again.',
  },
  'problem.overloaded': {
    ko: '지금 이용하는 분이 많아요. 잠시 후 다시 시도해 주세요.',
    en: 'It is very busy right now. Please try again in a moment.',
  },
  'problem.forbidden': { ko: '허용되지 않은 요청이에요.', en: 'That is not allowed.' },
  'problem.wrong_credential': {
    ko: '비밀번호가 맞지 않아요. 다시 확인해 주세요.',
    en: 'That is not the right credential. Please check it.',
  },
  'problem.too_many_attempts': {
    ko: '여러 번 틀렸어요. 1분 뒤에 다시 시도해 주세요.',
    en: 'Too many wrong attempts. Please try again in a minute.',
  },
  'problem.already_decided': {
    ko: '다른 운영자가 이미 다르게 처리했어요.',
    en: 'Another operator has decided this otherwise.',
  },
  'problem.remedy_not_possible': {
    ko: '지금은 이렇게 처리할 수 없어요. 다른 방법을 골라 주세요.',
    en: 'This cannot be done now. Please choose another remedy.',
  },
  'problem.node_unreachable': {
    ko: '키오스크에 연결할 수 없어요. 돌아온 뒤에 다시 하거나, 돌아오지 않을 기기라면 먼저 제외해 주세요.',
    en: 'The kiosk cannot be reached. Try again when it is back, or fence it first if it will not come back.',
  },
  'problem.recovering': {
    ko: '지금은 판매를 점검하고 있어요. 잠시 후 다시 시도해 주세요.',
    en: 'Sales are being checked here. Please try again in a moment.',
  },
  'problem.payments_unavailable': {
    ko: '지금은 온라인 결제를 쓸 수 없어요. 잠시 후 다시 하거나 극장에서 결제해 주세요.',
    en: 'Payments on the web are not possible right now. Try again in a moment, or pay at the theater.',
  },
  'problem.amount_differs': {
    ko: '결제 금액이 주문과 달라 승인하지 않았어요. 청구된 금액은 없어요.',
    en: 'The amount was not that of the order, so it was not approved. Nothing was charged.',
  },
  'problem.order_over': {
    ko: '끝난 주문이에요. 청구된 금액은 없어요. 다시 골라 주세요.',
    en: 'This order is over and nothing was charged. Please choose again.',
  },
  'problem.pay_at_theater_off': {
    ko: '이 상영은 극장에서 결제하는 예매를 받지 않아요. 지금 결제해 주세요.',
    en: 'Seats of this screening are not kept without payment. Please pay now.',
  },
  'problem.too_many_requests': {
    ko: '요청이 너무 잦아요. 잠시 후 다시 시도해 주세요.',
    en: 'Too many requests. Please try again in a moment.',
  },
  'problem.kept_for_backers': {
    ko: '남은 좌석은 펀딩에 참여한 분들의 몫이에요.',
    en: 'The seats that are left are kept for the backers.',
  },
  'problem.campaign_not_open': {
    ko: '지금은 이 펀딩에 참여하거나 참여를 바꿀 수 없어요.',
    en: 'This campaign does not take or change pledges now.',
  },
  'problem.pledge_tickets': {
    ko: '한 분이 참여할 수 있는 장수를 넘었어요.',
    en: 'That is more tickets than one pledge may have.',
  },
  'problem.pledged_already': {
    ko: '이 번호로 이미 참여했어요. 참여 번호로 찾아 장수를 바꿔 주세요.',
    en: 'There is a pledge with this number already. Please find it and change that one.',
  },
  'problem.pledge_sold_out': {
    ko: '그만큼 남아 있지 않아요. 장수를 줄여 주세요.',
    en: 'Not so many tickets are left. Please choose fewer.',
  },
  'problem.pledge_over': {
    ko: '더 바꿀 수 없는 참여예요. 좌석이 정해졌거나 환불됐어요.',
    en: 'This pledge cannot be changed any more: it has its seats, or has gone back.',
  },
  'problem.claim_not_yet': { ko: '아직 좌석을 고를 때가 아니에요.', en: 'Seats cannot be chosen yet.' },
  'problem.claim_over': {
    ko: '고를 좌석이 없거나 이미 정해졌어요.',
    en: 'There are no seats to choose, or they are chosen already.',
  },
  'problem.campaign_step': {
    ko: '지금은 이 단계로 넘어갈 수 없어요.',
    en: 'The campaign cannot go there now.',
  },
  'problem.standing_by': {
    ko: '지금은 조회만 할 수 있어요. 예매되거나 바뀐 것도, 청구된 금액도 없어요. 잠시 후 다시 시도해 주세요.',
    en: 'Things can only be looked at right now: nothing was booked, changed or charged. Please try again in a moment.',
  },
  'problem.copy_not_ready': {
    ko: '아직 보여 드릴 정보가 없어요. 잠시 후 다시 시도해 주세요.',
    en: 'There is nothing to show yet. Please try again in a moment.',
  },
  'problem.cross_site': {
    ko: '다른 사이트에서 온 요청이라 처리하지 않았어요.',
    en: 'The request came from another site and was not carried out.',
  },
  'problem.internal': {
    ko: '처리하지 못했어요. 잠시 후 다시 시도해 주세요.',
    en: 'Something went wrong on our side. Please try again in a moment.',
  },
  'problem.unreachable': {
    ko: '서버에 닿지 못했어요. 연결을 확인하고 다시 시도해 주세요.',
    en: 'We could not reach the server. Check the connection and try again.',
  },

  'refusal.taken': { ko: '다른 분이 먼저 선택했어요', en: 'somebody else was first' },
  'refusal.instead': { ko: '대신 {seats} 선택', en: 'Take {seats} instead' },
  'refusal.elsewhere': { ko: '지금 여기서는 팔지 않아요', en: 'not sold here right now' },
  'refusal.blocked': { ko: '판매하지 않는 좌석이에요', en: 'not for sale' },
  'refusal.strands_single': { ko: '한 자리만 외따로 남아요', en: 'would be left on its own' },
  'refusal.unknown_seat': { ko: '이 상영관에 없는 좌석이에요', en: 'not in this room' },
} as const;
