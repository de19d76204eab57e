// Money at the kiosk besides the card: the cash desk, money back, and the daily close.

export const tillTexts = {
  'till.pay_at_desk': { ko: '직원에게 현금으로 결제', en: 'Pay the staff in cash' },
  'till.line_down': {
    ko: '지금은 카드사와 연결되지 않아 카드를 받을 수 없어요.',
    en: 'The card company cannot be reached, so no card can be taken right now.',
  },
  'till.line_down_desk': {
    ko: '지금은 카드사와 연결되지 않아 카드를 받을 수 없어요. 직원에게 현금으로 결제할 수 있어요.',
    en: 'The card company cannot be reached, so no card can be taken right now. You can pay the staff in cash.',
  },
  'till.at_desk': { ko: '직원에게 현금을 내 주세요', en: 'Please pay the staff' },
  'till.at_desk_detail': {
    ko: '아래 번호를 직원에게 말씀해 주세요. {time}까지 좌석을 맡아 둘게요.',
    en: 'Tell the staff this number. Your seats are kept until {time}.',
  },
  'till.desk_number': { ko: '대기 번호', en: 'Your number' },
  'till.pay_otherwise': { ko: '다른 방법으로 결제', en: 'Pay in another way' },
  'till.refused_at_desk': { ko: '결제하지 않았어요', en: 'Nothing was paid' },
  'till.refused_at_desk_detail': {
    ko: '직원이 주문을 취소했고, 맡아 둔 좌석은 놓아드렸어요.',
    en: 'The staff have cancelled the order. Your seats are no longer kept.',
  },
  'till.desk_over': { ko: '기다리는 시간이 지났어요', en: 'The time to pay has run out' },
  'till.desk_over_detail': {
    ko: '결제되지 않았고, 맡아 둔 좌석은 놓아드렸어요.',
    en: 'Nothing was paid. Your seats are no longer kept.',
  },

  'till.desk': { ko: '현금 받기', en: 'Take cash' },
  'till.desk_waiting': { ko: '기다리는 주문 {count}건', en: '{count} orders wait', one: 'One order waits' },
  'till.desk_none': { ko: '현금을 기다리는 주문이 없어요', en: 'No order waits for cash' },
  'till.desk_none_detail': {
    ko: '손님이 화면에서 현금 결제를 고르면 여기에 나와요.',
    en: 'When somebody chooses to pay in cash it is listed here.',
  },
  'till.given': { ko: '받은 돈', en: 'Given' },
  'till.to_pay': { ko: '받을 돈', en: 'To pay' },
  'till.exactly': { ko: '딱 맞게', en: 'Exactly' },
  'till.take': { ko: '{amount} 받았어요', en: 'Take {amount}' },
  'till.refuse': { ko: '주문 취소', en: 'Cancel the order' },
  'till.refuse_sure': { ko: '네, 받지 않고 취소해요', en: 'Yes, cancel it unpaid' },
  'till.refused': { ko: '주문을 취소했어요', en: 'The order is cancelled' },
  'till.change': { ko: '거스름돈 {amount}', en: 'Change: {amount}' },
  'till.no_change': { ko: '거스름돈 없음', en: 'No change' },
  'till.taken': { ko: '예매가 끝났어요', en: 'It is booked' },
  'till.next_order': { ko: '다음 주문', en: 'Next order' },

  'till.refund': { ko: '환불', en: 'Money back' },
  'till.refund_detail': {
    ko: '이 키오스크에서 결제한 예매를 환불해요.',
    en: 'For bookings that were paid at this kiosk.',
  },
  'till.refund_number': { ko: '환불할 예매번호', en: 'Number of the booking' },
  'till.refund_find': { ko: '환불 금액 보기', en: 'What comes back' },
  'till.refund_percent': {
    ko: '지금은 {percent}%를 돌려드려요.',
    en: '{percent}% comes back now.',
  },
  'till.refund_nothing': { ko: '지금은 돌려드리는 금액이 없어요.', en: 'Nothing comes back any more.' },
  'till.refund_by.card': { ko: '{amount} 카드로 환불', en: 'Give {amount} back to the card' },
  'till.refund_by.cash': { ko: '{amount} 현금으로 환불', en: 'Give {amount} back in cash' },
  'till.refund_pledge_not_here': {
    ko: '여기서 돌려드릴 펀딩이 아니에요. 펀딩이 무산되거나 취소되었고 이 키오스크에서 결제했을 때만 돌려드려요.',
    en: 'Nothing comes back here for this pledge: only for a campaign that failed or was cancelled, and only where it was paid.',
  },
  'till.refund_choose': { ko: '돌려받을 티켓', en: 'Tickets to give back' },
  'till.refund_done.card': {
    ko: '카드로 {amount}을 돌려드렸어요',
    en: '{amount} went back to the card',
  },
  'till.refund_done.cash': {
    ko: '현금 {amount}을 내어 드리세요',
    en: 'Hand out {amount} in cash',
  },
  'till.refund_asked': {
    ko: '단말기의 확인을 기다리고 있어요. 확인될 때까지 저절로 다시 물어봐요.',
    en: 'The terminal has not confirmed it yet. It is asked again until it does.',
  },
  'till.refund_refused': {
    ko: '단말기가 카드로 돌려줄 수 없다고 해요. 현금 {amount}을 내어 드리세요.',
    en: 'The terminal cannot give it back to the card. Hand out {amount} in cash.',
  },
  'till.refund_paid_out': { ko: '현금으로 드렸어요', en: 'I have paid it in cash' },

  'till.close': { ko: '하루 마감', en: 'Daily close' },
  'till.close_last': { ko: '마지막 마감: {time}', en: 'Last closed: {time}' },
  'till.close_never': { ko: '아직 마감한 적이 없어요', en: 'Not closed yet' },
  'till.close_lead': {
    ko: '서랍의 현금을 세어 주세요. 처음에 넣어 둔 거스름돈은 빼고요.',
    en: 'Count the cash in the drawer, without the change that lay there at the start.',
  },
  'till.counted': { ko: '센 현금', en: 'Cash counted' },
  'till.close_date': { ko: '{date} 마감하기', en: 'Close {date}' },
  'till.closed': { ko: '{date} 마감했어요', en: '{date} is closed' },
  'till.close_right': { ko: '모두 맞아요', en: 'Everything is right' },
  'till.close_differs': { ko: '다른 것 {count}가지', en: '{count} differences', one: 'One difference' },
  'till.card': { ko: '카드 (기록)', en: 'Cards (here)' },
  'till.terminal': { ko: '카드 (단말기)', en: 'Cards (terminal)' },
  'till.cash': { ko: '현금', en: 'Cash' },
  'till.taken_sum': { ko: '받음 {amount} ({count}건)', en: 'taken {amount} ({count})' },
  'till.back_sum': { ko: '돌려줌 {amount} ({count}건)', en: 'given back {amount} ({count})' },
  'till.difference.only_at_terminal': {
    ko: '단말기에만 있는 {amount} (승인번호 {approval}). 예매가 없는 결제예요.',
    en: '{amount} only at the terminal (approval {approval}). Nothing was booked for it.',
  },
  'till.difference.only_here': {
    ko: '기록에만 있는 {amount} (승인번호 {approval}). 단말기가 모르는 결제예요.',
    en: '{amount} only in our records (approval {approval}). The terminal does not know it.',
  },
  'till.difference.amount_differs': {
    ko: '기록은 {here}, 단말기는 {there}인 결제가 있어요.',
    en: 'A payment of {here} here is {there} at the terminal.',
  },
  'till.difference.still_open': {
    ko: '결과를 아직 모르는 {amount}. 다음 마감에서 다시 봐요.',
    en: '{amount} is still open. The next close looks at it again.',
  },
  'till.difference.cash_over': {
    ko: '현금이 {amount} 많아요 (있어야 할 돈 {expected}).',
    en: '{amount} too much cash ({expected} expected).',
  },
  'till.difference.cash_short': {
    ko: '현금이 {amount} 모자라요 (있어야 할 돈 {expected}).',
    en: '{amount} too little cash ({expected} expected).',
  },
} as const;
