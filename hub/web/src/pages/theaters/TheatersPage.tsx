// All theaters by region.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  counted,
  theaterName,
  useLanguage,
  useResource,
  type TheaterView,
} from '@moding/ui';
import { Link } from 'react-router';

import { useHub } from '../../hub';
import { LinkChip } from '../../parts/LinkNote';
import { Page } from '../../parts/Page';
import styles from './theaters.module.css';

export function TheatersPage() {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload } = useResource('theaters', (signal) => hub.theaters(signal));
  return (
    <Page title={t('theaters.title')}>
      <h1>{t('theaters.title')}</h1>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={4} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : null}
      {resource.state === 'ready' ? <Regions theaters={resource.value} /> : null}
    </Page>
  );
}

function Regions({ theaters }: { theaters: readonly TheaterView[] }) {
  const { t } = useLanguage();
  const regions = [...new Set(theaters.map((theater) => theater.region))];
  if (theaters.length === 0) {
    return <Blank title={t('theaters.none')} />;
  }
  return regions.map((region) => (
    <section key={region} className={styles.region}>
      <h2>{region}</h2>
      <ul>
        {theaters
          .filter((theater) => theater.region === region)
          .map((theater) => (
            <li key={theater.theater}>
              <TheaterCard theater={theater} />
            </li>
          ))}
      </ul>
    </section>
  ));
}

function TheaterCard({ theater }: { theater: TheaterView }) {
  const { language, t } = useLanguage();
  const seats = theater.auditoriums.reduce((sum, room) => sum + room.seats, 0);
  return (
    <Link to={`/theaters/${theater.theater}`} className={styles.card}>
      <span>
        <strong>{theaterName(theater, language)}</strong>
        <span className="faint">{theater.area}</span>
      </span>
      <span className="faint">
        {t('theaters.rooms', { count: theater.auditoriums.length })} ·{' '}
        {t('theaters.seats', { count: counted(seats) })}
      </span>
      <LinkChip link={theater.link} />
    </Link>
  );
}
