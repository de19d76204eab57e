// A film's poster drawn from its own data: the title set large on a card in the colours of its
// genres. Decoration: the title stands in the text beside it.

import type { CSSProperties } from 'react';

import type { MovieSummary } from '../api/types';
import { genreName, titleOf } from '../format/movie';
import { useLanguage } from '../i18n/use-language';
import { MotifDrawing } from './MotifDrawing';
import { fraction, paletteOf } from './palette';
import styles from './poster.module.css';

const SIZES = [
  { letters: 3, size: '30cqw' },
  { letters: 5, size: '22cqw' },
  { letters: 8, size: '17cqw' },
  { letters: 13, size: '13.5cqw' },
  { letters: 20, size: '11cqw' },
  { letters: 32, size: '9cqw' },
] as const;
const SMALLEST = '7.4cqw';
/** Longer titles do not fit from top to bottom. */
const VERTICAL_LETTERS_MAX = 5;
const HANGUL = /^[가-힣0-9 ]+$/;

export function Poster({ movie }: { movie: MovieSummary }) {
  const { language } = useLanguage();
  const palette = paletteOf(movie);
  const title = titleOf(movie, language);
  const other = otherTitle(movie, title);
  const look: CSSProperties & Record<`--${string}`, string | number> = {
    '--hue': palette.hue,
    '--hue-end': palette.hueEnd,
    '--chroma': palette.chroma,
    '--title': SIZES.find(({ letters }) => title.length <= letters)?.size ?? SMALLEST,
  };
  return (
    <div className={styles.poster} style={look} data-setting={settingOf(movie.movie, title)} aria-hidden="true">
      <MotifDrawing motif={palette.motif} movie={movie.movie} />
      <div className={styles.card}>
        <span className={styles.title}>
          {title}
          {other === null ? null : <span className={styles.other}>{other}</span>}
        </span>
        <span className={styles.facts}>
          {typeof movie.year === 'number' ? <span>{movie.year}</span> : null}
          {movie.genres[0] !== undefined ? <span>{genreName(movie.genres[0], language)}</span> : null}
        </span>
      </div>
    </div>
  );
}

/** The title elsewhere in the world, set small below. */
function otherTitle(movie: MovieSummary, title: string): string | null {
  const others = [movie.original_title, movie.title_en, movie.title];
  return others.find((other) => typeof other === 'string' && other !== title) ?? null;
}

function settingOf(movie: number, title: string): 'bottom' | 'top' | 'vertical' {
  const draw = fraction(movie, 3);
  if (draw < 0.34 && title.length <= VERTICAL_LETTERS_MAX && HANGUL.test(title)) {
    return 'vertical';
  }
  return draw < 0.6 ? 'bottom' : 'top';
}
