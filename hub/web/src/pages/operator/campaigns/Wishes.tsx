// The films that are wished for, those with most wishes first.

import { counted, titleOf, useLanguage, useResource } from '@moding/ui';

import { useConsole } from '../session';
import styles from './desk.module.css';

const FILMS_SHOWN = 12;
const AREAS_SHOWN = 3;

/** `onFilm`: a campaign for it is to be begun. */
export function Wishes({ onFilm }: { onFilm: (film: number) => void }) {
  const api = useConsole();
  const { language, t } = useLanguage();
  const { resource } = useResource('operator.wishes', (signal) => api.wishes(signal), 'fresh');
  if (resource.state !== 'ready') {
    return null;
  }
  const films = resource.value.slice(0, FILMS_SHOWN);
  return (
    <section aria-labelledby="wishes">
      <h2 id="wishes">{t('desk.wishes')}</h2>
      {films.length === 0 ? <p className="soft">{t('desk.wishes_none')}</p> : null}
      <ul className={styles.wishes}>
        {films.map(({ film, requests }) => {
          const areas = requests.areas
            .toSorted((a, b) => b.count - a.count)
            .slice(0, AREAS_SHOWN)
            .map(({ area, count }) => t('request.area_count', { area, count: counted(count) }));
          const title = titleOf(film, language);
          return (
            <li key={film.movie}>
              <strong>{title}</strong>
              <span className="soft">
                {t('desk.wish', { count: counted(requests.count), areas: areas.join(', ') })}
              </span>
              <button
                type="button"
                className="button quiet"
                aria-label={t('desk.new_for', { film: title })}
                onClick={() => {
                  onFilm(film.movie);
                }}
              >
                {t('desk.new')}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
