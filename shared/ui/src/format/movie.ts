// What is said of a film besides its title.

import type { MovieSummary, TheaterName, ZonePriceView } from '../api/types';
import type { Language } from '../i18n/language';
import type { Translate } from '../i18n/translate';

/** The catalogue's canonical genres first, then those that nobody has folded into one. */
const GENRES_EN: Record<string, string> = {
  드라마: 'Drama',
  스릴러: 'Thriller',
  범죄: 'Crime',
  액션: 'Action',
  코미디: 'Comedy',
  '멜로/로맨스': 'Romance',
  공포: 'Horror',
  미스터리: 'Mystery',
  SF: 'Science fiction',
  판타지: 'Fantasy',
  애니메이션: 'Animation',
  다큐멘터리: 'Documentary',
  전쟁: 'War',
  사극: 'Period drama',
  가족: 'Family',
  뮤지컬: 'Musical',
  모험: 'Adventure',
  음악: 'Music',
  스포츠: 'Sports',
  서부극: 'Western',
  역사: 'History',
  기타: 'Other',
  인물: 'Biography',
  전기: 'Biopic',
  아동: 'Children',
  옴니버스: 'Anthology',
  청춘영화: 'Youth',
  하이틴: 'Teen',
  로드무비: 'Road movie',
  재난: 'Disaster',
  동성애: 'LGBTQ',
};

/** A genre in the reader's language; one that is not known stays as the catalogue has it. */
export function genreName(genre: string, language: Language): string {
  return language === 'en' ? (GENRES_EN[genre] ?? genre) : genre;
}

/** The title in the reader's language, where the catalogue has it. */
export function titleOf(movie: MovieSummary, language: Language): string {
  return language === 'en' ? (movie.title_en ?? movie.title) : movie.title;
}

export function theaterName(theater: TheaterName, language: Language): string {
  return language === 'en' && theater.name_en !== '' ? theater.name_en : theater.name;
}

export function zoneName(zone: ZonePriceView, language: Language): string {
  return language === 'en' && zone.name_en !== '' ? zone.name_en : zone.name_ko;
}

/** `2004 · 드라마, 멜로 · 117분`. */
export function factsOf(movie: MovieSummary, language: Language, t: Translate): string {
  const genres = movie.genres.map((genre) => genreName(genre, language)).join(', ');
  const minutes = movie.runtime_min ?? 0;
  const runtime = minutes === 0 ? '' : t('movie.runtime', { count: minutes });
  const year = String(movie.year ?? '');
  return [year, genres, runtime].filter((fact) => fact !== '').join(' · ');
}
