import { describe, expect, it } from 'vitest';

import { backoffMs } from './backoff';
import { momentPassed } from './use-countdown';

describe('waiting for the next try', () => {
  it('grows, is spread, and has a cap', () => {
    expect(backoffMs(0, 0)).toBe(500);
    expect(backoffMs(0, 1)).toBe(1_000);
    expect(backoffMs(3, 1)).toBe(8_000);
    expect(backoffMs(50, 1)).toBe(20_000);
    expect(backoffMs(50, 0)).toBe(500);
  });
});

describe('moments worth announcing', () => {
  it('are told once, when they are passed', () => {
    expect(momentPassed(60_200, 59_900)).toBe(60_000);
    expect(momentPassed(59_900, 59_600)).toBeNull();
    expect(momentPassed(Number.POSITIVE_INFINITY, 200_000)).toBe(300_000);
  });
});
