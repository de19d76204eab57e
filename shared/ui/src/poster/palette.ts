// Which colour and which motif a film's poster gets: from its genres and its number, so that
// the same film always looks the same.

import type { MovieSummary } from '../api/types';

export type Motif =
  | 'horizon'
  | 'moon'
  | 'slashes'
  | 'rings'
  | 'pair'
  | 'dots'
  | 'rays'
  | 'waves'
  | 'ridges';

export interface Palette {
  hue: number;
  /** The hue that the card fades into. */
  hueEnd: number;
  chroma: number;
  motif: Motif;
}

const GENRES: Record<string, readonly [hue: number, motif: Motif]> = {
  코미디: [168, 'dots'],
  액션: [32, 'slashes'],
  스릴러: [215, 'rings'],
  '멜로/로맨스': [355, 'pair'],
  범죄: [262, 'slashes'],
  미스터리: [292, 'moon'],
  공포: [18, 'moon'],
  가족: [140, 'horizon'],
  인물: [60, 'ridges'],
  판타지: [305, 'rays'],
  음악: [330, 'waves'],
  모험: [180, 'rays'],
  사극: [48, 'ridges'],
  아동: [190, 'dots'],
  SF: [195, 'rings'],
  옴니버스: [180, 'dots'],
  청춘영화: [235, 'horizon'],
  뮤지컬: [320, 'waves'],
  스포츠: [150, 'waves'],
  전쟁: [130, 'slashes'],
  하이틴: [345, 'dots'],
  로드무비: [70, 'horizon'],
  전기: [55, 'ridges'],
  재난: [25, 'waves'],
  동성애: [312, 'pair'],
  서부극: [50, 'horizon'],
  역사: [42, 'ridges'],
  애니메이션: [200, 'rays'],
  다큐멘터리: [230, 'ridges'],
};

/** Most films are dramas, so a drama's colour is its second genre's, or one of these. */
const DRAMA_HUES = [45, 232, 350, 200, 25, 275] as const;
const HUE_SPREAD = 26;

export function paletteOf(movie: MovieSummary): Palette {
  const coloured = movie.genres.filter((genre) => genre in GENRES);
  const [first, second] = coloured;
  const [base, motif] = GENRES[first ?? ''] ?? drama(movie.movie);
  const shift = (fraction(movie.movie, 1) - 0.5) * HUE_SPREAD;
  const [other] = GENRES[second ?? ''] ?? [base + (fraction(movie.movie, 4) < 0.5 ? 42 : -42)];
  const hue = base + shift;
  // Half way to the second genre, around the shorter side of the circle.
  const turn = ((other - hue + 540) % 360) - 180;
  const hueEnd = hue + Math.sign(turn) * Math.min(60, Math.abs(turn) / 2 + 14);
  return { hue, hueEnd, chroma: 0.085 + fraction(movie.movie, 2) * 0.045, motif };
}

function drama(movie: number): readonly [hue: number, motif: Motif] {
  const hue = DRAMA_HUES[Math.floor(fraction(movie, 5) * DRAMA_HUES.length)] ?? DRAMA_HUES[0];
  const motifs = ['horizon', 'moon', 'ridges', 'horizon', 'waves'] as const;
  return [hue, motifs[Math.floor(fraction(movie, 6) * motifs.length)] ?? 'horizon'];
}

/** A number in 0..1 that belongs to a film and a use. */
export function fraction(movie: number, use: number): number {
  let mixed = Math.imul(movie ^ (use * 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
}
