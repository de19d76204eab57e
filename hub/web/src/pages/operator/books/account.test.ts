import { translator } from '@moding/ui';
import { describe, expect, it } from 'vitest';

import { accountName, causeName } from './account';

describe('an account', () => {
  const t = translator('ko');
  it.each([
    ['gateway', '결제사에서 받을 돈'],
    ['escrow:7', '펀딩 7 보관금'],
    ['theater:3', '극장 3에 줄 돈'],
    ['tenders:seoul-1:card', 'seoul-1 카드 수납'],
    ['tenders:seoul-1:cash', 'seoul-1 현금 수납'],
    ['something:new', 'something:new'],
  ])('%s is called %s', (account, name) => {
    expect(accountName(account, t)).toBe(name);
  });
});

describe('a cause', () => {
  it('is said in words when it is known', () => {
    expect(causeName('refund_owed', translator('ko'))).toBe('환불하기로 함');
    expect(causeName('something_new', translator('ko'))).toBe('something_new');
  });
});
