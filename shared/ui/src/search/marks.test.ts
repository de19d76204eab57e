import { describe, expect, it } from 'vitest';

import { piecesOf } from './marks';

const shown = (text: string, ranges: { start: number; end: number }[]): string =>
  piecesOf({ text, ranges })
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join('');

describe('what matched', () => {
  it.each([
    ['기생충', [{ start: 0, end: 2 }], '[기생]충'],
    ['어벤져스: 엔드게임', [{ start: 6, end: 10 }], '어벤져스: [엔드게임]'],
    ['가나다', [{ start: 0, end: 1 }, { start: 2, end: 3 }], '[가]나[다]'],
    ['가나다', [], '가나다'],
    ['가나다', [{ start: 2, end: 9 }], '가나다'],
    ['가나다', [{ start: 1, end: 2 }, { start: 0, end: 1 }], '가[나]다'],
    ['', [{ start: 0, end: 1 }], ''],
  ])('%s', (text, ranges, expected) => {
    expect(shown(text, ranges)).toBe(expected);
  });
});
