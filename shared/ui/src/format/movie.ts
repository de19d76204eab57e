// What is said of a film besides its title.

import type { MovieSummary, TheaterName, ZonePriceView } from '../api/types';
import type { Language } from '../i18n/language';
import type { Translate } from '../i18n/translate';

const GENRES_EN: Record<string, string> = {
  드라마: 'Drama',
  코미디: 'Comedy',
  액션: 'Action',
  스릴러: 'Thriller',
  멜로: 'Melodrama',
  범죄: 'Crime',
  미스터리: 'Mystery',
  공포: 'Horror',
  가족: 'Family',
  로맨스: 'Romance',
  인물: 'Biography',
  판타지: 'Fantasy',
  뮤직: 'Music',
  어드벤처: 'Adventure',
  사극: 'Period drama',
  아동: 'Children',
  SF: 'Sci-fi',
  옴니버스: 'Anthology',
  청춘영화: 'Youth',
  뮤지컬: 'Musical',
  스포츠: 'Sports',
  전쟁: 'War',
  느와르: 'Noir',
  하이틴: 'Teen',
  로드무비: 'Road movie',
  전기: 'Biopic',
  무협: 'Martial arts',
  재난: 'Disaster',
  동성애: 'LGBTQ',
  서부: 'Western',
  역사: 'History',
  애니메이션: 'Animation',
  다큐멘터리: 'Documentary',
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
  const runtime = movie.runtime_min === null ? '' : t('movie.runtime', { count: movie.runtime_min });
  const year = movie.year === null ? '' : String(movie.year);
  return [year, genres, runtime].filter((fact) => fact !== '').join(' · ');
}
