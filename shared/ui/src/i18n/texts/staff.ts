// What the kiosk says while it may not sell, and the staff's page.

export const staffTexts = {
  'kiosk.recovering': { ko: '지금은 판매를 점검하고 있어요', en: 'Sales are being checked' },
  'kiosk.recovering_detail': {
    ko: '이 기기는 허브와 좌석을 맞춘 뒤에 다시 판매해요. 직원을 불러 주세요.',
    en: 'This kiosk sells again once it has compared its seats with the hub. Please call the staff.',
  },
  'kiosk.put_aside': { ko: '이 기기에서는 지금 판매하지 않아요', en: 'This kiosk does not sell now' },
  'kiosk.put_aside_detail': {
    ko: '같은 이름의 다른 기기가 판매하고 있어요. 직원을 불러 주세요.',
    en: 'Another device sells under this name. Please call the staff.',
  },
  'kiosk.in_doubt': {
    ko: '확인이 필요한 좌석 {count}석은 지금 팔지 않아요. 직원은 확인해 주세요.',
    en: '{count} seats are not sold until staff have looked at them.',
    one: 'One seat is not sold until staff have looked at it.',
  },
  'staff.open': { ko: '직원', en: 'Staff' },
  'staff.title': { ko: '직원 확인', en: 'For staff' },
  'staff.pin': { ko: '직원 PIN을 눌러 주세요', en: 'Enter the staff PIN' },
  'staff.pin_typed': { ko: '누른 숫자 {count}개', en: '{count} digits entered', one: 'One digit entered' },
  'staff.enter': { ko: '확인', en: 'Enter' },
  'staff.doubts': { ko: '팔렸는지 확인할 좌석', en: 'Seats that may have been sold' },
  'staff.doubts_detail': {
    ko: '기기를 되살리기 전에 팔린 좌석을 눌러 표시해 주세요. 영수증이나 단말기 기록을 보세요. 표시하지 않은 좌석은 다시 판매해요.',
    en: 'Mark the seats that were sold before the loss: look at receipts or at the terminal. The others are put on sale.',
  },
  'staff.none': { ko: '확인할 좌석이 없어요', en: 'No seat is in doubt' },
  'staff.doubts_in': { ko: '상영 {count}개', en: 'In {count} screenings', one: 'In one screening' },
  'staff.marked': { ko: '팔린 좌석 {sold}석, 다시 팔 좌석 {free}석', en: '{sold} sold, {free} to be put on sale' },
  'staff.settle': { ko: '이렇게 확인했어요', en: 'I have looked' },
  'staff.settled': { ko: '{count}석을 다시 판매해요', en: '{count} seats are on sale again', one: 'One seat is on sale again' },
} as const;
