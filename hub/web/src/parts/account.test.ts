import { expect, test } from 'vitest';

import { NO_ACCOUNT, accountOf } from './account';

const TYPED = { bank: '88', number: '110-123 456789', holder: ' 김토스 ' };

test('hyphens and blanks are not sent', () => {
  expect(accountOf(TYPED)).toEqual({
    bank: '88',
    account_number: '110123456789',
    holder: '김토스',
  });
});

test.each([
  ['nothing', NO_ACCOUNT],
  ['no bank', { ...TYPED, bank: '' }],
  ['no number', { ...TYPED, number: ' - ' }],
  ['letters in the number', { ...TYPED, number: '110-12a' }],
  ['too long a number', { ...TYPED, number: '1'.repeat(21) }],
  ['no holder', { ...TYPED, holder: '  ' }],
  ['too long a holder', { ...TYPED, holder: '가'.repeat(61) }],
])('%s is no account', (_, typed) => {
  expect(accountOf(typed)).toBeNull();
});
