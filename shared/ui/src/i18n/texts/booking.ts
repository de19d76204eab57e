// Bookings and tickets, on the web and at the kiosk.

export const bookingTexts = {
  'booking.number': { ko: '예매번호', en: 'Booking number' },
  'booking.done': { ko: '예매했어요', en: 'You are booked' },
  'booking.title': { ko: '예매 내역', en: 'Your booking' },
  'booking.cancelled': { ko: '취소된 예매예요', en: 'This booking is cancelled' },
  'booking.amount': { ko: '금액', en: 'Amount' },
  'booking.tender': { ko: '결제', en: 'Payment' },
  'booking.tender.card': { ko: '카드', en: 'Card' },
  'booking.tender.cash': { ko: '현금', en: 'Cash' },
  'booking.tender.pledge': { ko: '펀딩으로 결제', en: 'Paid by the pledge' },
  'booking.tender.online': { ko: '온라인 결제', en: 'Paid online' },
  'booking.tender.pay_at_theater': { ko: '극장에서 결제', en: 'Pay at the theater' },
  'booking.paid': { ko: '결제 완료', en: 'Paid' },
  'booking.unpaid': { ko: '결제 전', en: 'Not paid yet' },
  'booking.booked_at': { ko: '예매 시각', en: 'Booked' },
  'booking.ticket': { ko: '티켓', en: 'Ticket' },
} as const;
