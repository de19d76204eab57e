import { describe, expect, it } from 'vitest';

import { cameBack } from './back';

const read = (address: string) => cameBack(new URLSearchParams(address));

describe('the address of the success page', () => {
  it('says what was paid, in any order and with more beside it', () => {
    expect(read('orderId=attempt-0001&paymentType=NORMAL&amount=24000&paymentKey=tviva2023')).toEqual({
      payment_key: 'tviva2023',
      gateway_order: 'attempt-0001',
      amount: 24_000,
    });
  });

  it.each([
    '',
    'paymentKey=k&orderId=attempt-0001',
    'paymentKey=&orderId=attempt-0001&amount=1',
    'paymentKey=k&orderId=<b>&amount=1',
    'paymentKey=k&orderId=attempt-0001&amount=1.5',
    'paymentKey=k&orderId=attempt-0001&amount=-1',
    'paymentKey=k&orderId=attempt-0001&amount=1e3',
    'paymentKey=k&orderId=attempt-0001&amount=99999999999999999999',
    `paymentKey=${'k'.repeat(201)}&orderId=attempt-0001&amount=1`,
  ])('is not believed when it says %s', (address) => {
    expect(read(address)).toBeNull();
  });
});
