// A text in pieces: what matched, and what stands between.

import type { MatchedText, MovieHit } from '../api/types';

export interface Piece {
  text: string;
  marked: boolean;
}

/** The pieces of a text, in order; ranges that do not lie in it mark nothing. */
export function piecesOf({ text, ranges }: Pick<MatchedText, 'text' | 'ranges'>): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start < at || end <= start || end > text.length) {
      continue;
    }
    if (start > at) {
      pieces.push({ text: text.slice(at, start), marked: false });
    }
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) {
    pieces.push({ text: text.slice(at), marked: false });
  }
  return pieces;
}

/** What of a film matched in a text that is not the title on show: another title, a name. */
export function besidesOf(hit: MovieHit, shown: string): MatchedText[] {
  return hit.matched.filter(({ text, field }) => text !== shown && field !== 'year');
}

/** The title on show with its marks, if it has any. */
export function titlePieces(hit: MovieHit, shown: string): Piece[] {
  const matched = hit.matched.find(({ text }) => text === shown);
  return matched ? piecesOf(matched) : [{ text: shown, marked: false }];
}
