import { beforeEach, describe, expect, it } from 'vitest';

import { COPY_AGE, tellCopy, told, whenHubIsBack, type Answer } from './copy';

const NOW = 1_000_000;

function answer(age: string | null, ok = true): Pick<Response, 'headers' | 'ok'> {
  return { ok, headers: new Headers(age === null ? {} : { [COPY_AGE]: age }) };
}

describe('what an answer says of a copy', () => {
  it.each<[string | null, Answer, number | null | 'hub']>([
    [null, 'data', 'hub'],
    [null, 'look', 'hub'],
    ['7', 'data', NOW - 7_000],
    ['none', 'data', null],
    ['', 'look', null],
  ])('%s with %s', (header, kind, expected) => {
    const after = told(null, header, kind, NOW);
    expect(after).toEqual(expected === 'hub' ? null : { asOf: expected, at: NOW });
  });

  it('is as old as what is on the page, however new the copy has become', () => {
    const asOf = (before: number | null, answer: Answer) =>
      told({ asOf: before, at: NOW - 5_000 }, '1', answer, NOW)?.asOf;
    expect(asOf(NOW - 60_000, 'look')).toBe(NOW - 60_000);
    expect(asOf(NOW - 60_000, 'data')).toBe(NOW - 1_000);
    expect(asOf(null, 'look')).toBe(NOW - 1_000);
    expect(told({ asOf: NOW, at: NOW }, null, 'look', NOW)).toBeNull();
  });
});

describe('the hub is back', () => {
  beforeEach(() => {
    tellCopy(answer(null), 'look');
  });

  it('when it answers itself, and only once', () => {
    let back = 0;
    const stop = whenHubIsBack(() => {
      back += 1;
    });
    tellCopy(answer(null), 'data');
    tellCopy(answer('3'), 'data');
    tellCopy(answer('none', false), 'data');
    expect(back).toBe(0);
    tellCopy(answer(null), 'look');
    tellCopy(answer(null), 'data');
    expect(back).toBe(1);
    stop();
    tellCopy(answer('3'), 'data');
    tellCopy(answer(null), 'look');
    expect(back).toBe(1);
  });

  it('not because of an answer that is nobody’s', () => {
    let back = 0;
    const stop = whenHubIsBack(() => {
      back += 1;
    });
    tellCopy(answer('3'), 'data');
    tellCopy(answer(null, false), 'look');
    expect(back).toBe(0);
    stop();
  });
});
