// A film in a list.

import { Poster, RatingBadge, factsOf, titleOf, useLanguage, type MovieSummary } from '@moding/ui';
import { Link } from 'react-router';

import styles from './cards.module.css';

export function MovieCard({ movie }: { movie: MovieSummary }) {
  const { language, t } = useLanguage();
  return (
    <Link to={`/movies/${movie.movie}`} className={styles.movie}>
      <Poster movie={movie} />
      <span className={styles.caption}>
        <strong>{titleOf(movie, language)}</strong>
        <small>
          <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
        </small>
      </span>
    </Link>
  );
}
