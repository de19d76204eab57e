// Why an attempt to pay came to nothing, by the gateway's code. The gateway's own message is
// never shown: anybody can write a link to the fail page that says anything.

import type { TextKey } from '@moding/ui';

type Why = Extract<TextKey, `pay.why.${string}`>;

const WHY: Record<string, Why> = {
  PAY_PROCESS_CANCELED: 'pay.why.cancelled',
  USER_CANCEL: 'pay.why.cancelled',
  PaymentRequestAborted: 'pay.why.cancelled',
  PAY_PROCESS_ABORTED: 'pay.why.aborted',

  NOT_FOUND_PAYMENT_SESSION: 'pay.why.timeout',
  EXPIRED_PAYMENT: 'pay.why.timeout',
  NOT_FOUND_PAYMENT: 'pay.why.timeout',

  REJECT_CARD_COMPANY: 'pay.why.rejected',
  REJECT_CARD_PAYMENT: 'pay.why.funds',
  INVALID_REJECT_CARD: 'pay.why.rejected',
  REJECT_TOSSPAY_INVALID_ACCOUNT: 'pay.why.bank',
  REJECT_ACCOUNT_PAYMENT: 'pay.why.funds',
  FDS_ERROR: 'pay.why.rejected',

  EXCEED_MAX_AMOUNT: 'pay.why.funds',
  EXCEED_MAX_PAYMENT_AMOUNT: 'pay.why.funds',
  EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT: 'pay.why.funds',
  EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT: 'pay.why.funds',
  EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT: 'pay.why.funds',
  EXCEED_MAX_DAILY_PAYMENT_COUNT: 'pay.why.too_often',
  EXCEED_MAX_AUTH_COUNT: 'pay.why.too_often',
  EXCEED_MAX_ONE_DAY_PAYMENT_AMOUNT: 'pay.why.funds',

  INVALID_CARD_NUMBER: 'pay.why.card',
  INVALID_CARD_EXPIRATION: 'pay.why.card',
  INVALID_STOPPED_CARD: 'pay.why.card',
  INVALID_CARD_LOST_OR_STOLEN: 'pay.why.card',
  NOT_SUPPORTED_CARD_TYPE: 'pay.why.card',
  RESTRICTED_CARD: 'pay.why.card',
  NOT_ALLOWED_POINT_USE: 'pay.why.card',

  INVALID_PASSWORD: 'pay.why.password',
  INVALID_AUTHORIZE_AUTH: 'pay.why.password',

  INVALID_CARD_INSTALLMENT_PLAN: 'pay.why.instalments',
  EXCEED_MAX_CARD_INSTALLMENT_PLAN: 'pay.why.instalments',
  NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN: 'pay.why.instalments',
  NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT: 'pay.why.instalments',

  NOT_AVAILABLE_BANK: 'pay.why.bank',
  INVALID_BANK: 'pay.why.bank',
  INVALID_ACCOUNT_INFO_RE_REGISTER: 'pay.why.bank',
  UNAPPROVED_ORDER_ID: 'pay.why.unknown',

  PROVIDER_ERROR: 'pay.why.busy',
  CARD_PROCESSING_ERROR: 'pay.why.busy',
  NOT_AVAILABLE_PAYMENT: 'pay.why.busy',
  FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING: 'pay.why.busy',
  FAILED_INTERNAL_SYSTEM_PROCESSING: 'pay.why.busy',
  UNKNOWN_PAYMENT_ERROR: 'pay.why.busy',
};

/** The text for a code; a code that is not known says the least. */
export function whyOf(code: string): Why {
  return Object.hasOwn(WHY, code) ? (WHY[code] ?? 'pay.why.unknown') : 'pay.why.unknown';
}

/** Whether the buyer decided so: then nothing went wrong. */
export function isOwnWish(code: string): boolean {
  return whyOf(code) === 'pay.why.cancelled';
}

const CODE = /^[A-Z0-9_]{1,64}$/;

/** The code that a fail page was called with, or that the window ended with, in the form in
 * which the server takes one. */
export function codeFrom(text: string | null): string {
  if (text === 'PaymentRequestAborted') {
    return 'USER_CANCEL';
  }
  return text !== null && CODE.test(text) ? text : 'PAY_PROCESS_ABORTED';
}
