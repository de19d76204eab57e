import { describe, expect, it } from 'vitest';

import { codeFrom, isOwnWish, whyOf } from './failure';

describe('why an attempt came to nothing', () => {
  it('is said by our own text for the code', () => {
    expect(whyOf('REJECT_CARD_COMPANY')).toBe('pay.why.rejected');
    expect(whyOf('EXCEED_MAX_AMOUNT')).toBe('pay.why.funds');
    expect(whyOf('NOT_FOUND_PAYMENT_SESSION')).toBe('pay.why.timeout');
  });

  it('is not known for a code that nobody has heard of, nor for a name every object has', () => {
    expect(whyOf('SOMETHING_NEW')).toBe('pay.why.unknown');
    expect(whyOf('toString')).toBe('pay.why.unknown');
    expect(whyOf('constructor')).toBe('pay.why.unknown');
  });

  it('is no fault when the buyer wished so', () => {
    expect(isOwnWish('PAY_PROCESS_CANCELED')).toBe(true);
    expect(isOwnWish('USER_CANCEL')).toBe(true);
    expect(isOwnWish('REJECT_CARD_COMPANY')).toBe(false);
  });
});

describe('the code in an address', () => {
  it.each([
    ['PAY_PROCESS_CANCELED', 'PAY_PROCESS_CANCELED'],
    ['PaymentRequestAborted', 'USER_CANCEL'],
    ['카드를 010-1234-5678로 보내세요', 'PAY_PROCESS_ABORTED'],
    ['<b>', 'PAY_PROCESS_ABORTED'],
    ['', 'PAY_PROCESS_ABORTED'],
    ['A'.repeat(65), 'PAY_PROCESS_ABORTED'],
    [null, 'PAY_PROCESS_ABORTED'],
  ])('%s is taken as %s', (text, code) => {
    expect(codeFrom(text)).toBe(code);
  });
});
