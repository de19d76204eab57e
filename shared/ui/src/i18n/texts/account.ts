// The bank account that money goes to which was paid into an account.

export const accountTexts = {
  'account.title': { ko: '환불받을 계좌', en: 'Account for the refund' },
  'account.why': {
    ko: '가상계좌로 결제한 금액은 이 계좌로 돌려드려요. 환불이 끝나면 계좌 정보를 지워요.',
    en: 'What you paid by bank transfer is sent to this account. We forget it when it has arrived.',
  },
  'account.bank': { ko: '은행', en: 'Bank' },
  'account.choose': { ko: '골라 주세요', en: 'Choose' },
  'account.number': { ko: '계좌번호', en: 'Account number' },
  'account.holder': { ko: '예금주', en: 'Account holder' },
  'account.first': {
    ko: '환불받을 계좌를 먼저 적어 주세요.',
    en: 'Please fill in the account for the refund first.',
  },
  'account.needed': { ko: '환불받을 계좌를 알려 주세요', en: 'Please tell us your account' },
  'account.needed_detail': {
    ko: '가상계좌로 결제해서 돌려드릴 계좌가 필요해요. 알려 주신 계좌로 보낼 수 없으면 다시 여쭤볼게요.',
    en: 'You paid by bank transfer, so we need an account to pay you back. If the bank cannot use it, we ask again.',
  },
  'account.submit': { ko: '이 계좌로 환불받기', en: 'Refund to this account' },
  'account.named': { ko: '알려 주신 계좌로 환불할게요.', en: 'The refund goes to your account.' },
} as const;
