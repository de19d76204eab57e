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
  'staff.open_in_doubt': { ko: '직원: 확인 {count}석', en: 'Staff: {count} in doubt' },
  'staff.title': { ko: '직원 확인', en: 'For staff' },
  'staff.pin': { ko: '직원 PIN을 눌러 주세요', en: 'Enter the staff PIN' },
  'staff.pin_typed': { ko: '누른 숫자 {count}개', en: '{count} digits entered', one: 'One digit entered' },
  'staff.enter': { ko: '확인', en: 'Enter' },
  'staff.doubts': { ko: '팔렸는지 확인할 좌석', en: 'Seats that may have been sold' },
  'staff.doubts_detail': {
    ko: '이 기기에서 판 표의 영수증이나 단말기 기록을 보고, 표가 팔린 상영을 골라 그 좌석을 표시해 주세요. 모두 확인하기 전에는 팔지 않아요.',
    en: 'Look at receipts or at the terminal. Choose each screening of which tickets were sold here and mark their seats. Nothing in doubt is sold before you have looked.',
  },
  'staff.none': { ko: '확인할 좌석이 없어요', en: 'No seat is in doubt' },
  'staff.doubts_in': { ko: '상영 {count}개', en: 'In {count} screenings', one: 'In one screening' },
  'staff.seats_in_doubt': { ko: '확인할 좌석 {count}석', en: '{count} seats in doubt', one: 'One seat in doubt' },
  'staff.sold': { ko: '팔림', en: 'sold' },
  'staff.rest': { ko: '나머지는 팔린 표가 없어요', en: 'Nothing was sold of the rest' },
  'staff.rest_sure': { ko: '네, 나머지를 모두 다시 팔아요', en: 'Yes, put the rest on sale' },
  'staff.marked_sure': {
    ko: '팔린 {sold}석은 막아 두고 {free}석을 다시 판매해요. 맞나요?',
    en: '{sold} stay blocked and {free} are put on sale. Is that right?',
  },
  'staff.settle_sure': { ko: '네, 맞아요', en: 'Yes, that is right' },
  'staff.recovering_todo': {
    ko: '옛 사본으로 되살아난 기기라 허브에서 판매 기록을 되찾고 있어요. 네트워크가 연결되어 있는지 보고 잠시 기다려 주세요. 끝나면 팔렸는지 모르는 좌석을 여기에서 확인해요.',
    en: 'This kiosk runs on an older copy of its data and takes back from the hub what it has lost. See that the network is plugged in, and wait. Then look at the seats in doubt here.',
  },
  'staff.put_aside_todo': {
    ko: '이 기기의 데이터가 두 벌이고, 다른 한 벌이 판매하고 있어요. 이 기기가 맞다면 운영자에게 허브의 운영자 화면에서 골라 달라고 하거나, 기기를 멈추고 moding-kiosk recover --yes 를 실행하세요. 아니라면 이 기기를 끄세요.',
    en: 'There are two copies of this kiosk, and the other one has gone on. If this is the right one, have an operator choose it at the hub, or stop the kiosk and run moding-kiosk recover --yes. If not, switch this device off.',
  },
  'staff.marked': { ko: '팔린 좌석 {sold}석, 다시 팔 좌석 {free}석', en: '{sold} sold, {free} to be put on sale' },
  'staff.settle': { ko: '이렇게 확인했어요', en: 'I have looked' },
  'staff.settled': { ko: '{count}석을 다시 판매해요', en: '{count} seats are on sale again', one: 'One seat is on sale again' },
} as const;
