// What is said while a hub stands by and shows a copy.

export const copyTexts = {
  'copy.title': { ko: '지금은 조회만 할 수 있어요', en: 'You can only look around right now' },
  'copy.as_of': { ko: '{when} 기준으로 보여 드려요.', en: 'What you see is a copy, as it was {when}.' },
  'copy.none': { ko: '아직 보여 드릴 정보가 없어요.', en: 'There is nothing to show yet.' },
  'copy.what_now': {
    ko: '예매, 결제, 변경은 잠시 후 다시 시도해 주세요. 다시 할 수 있게 되면 이 안내는 저절로 사라져요.',
    en: 'Nothing can be booked, paid or changed: please try again shortly. This note goes away by itself when you can.',
  },
  'copy.over': { ko: '이제 다시 예매할 수 있어요', en: 'You can book again now' },
} as const;
