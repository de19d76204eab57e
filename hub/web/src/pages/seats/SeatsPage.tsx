// Seats of a screening: choose, see what it costs, have them kept.

import {
  Failed,
  Loading,
  Skeleton,
  useLanguage,
  useResource,
  type ScreeningSummary,
} from '@moding/ui';
import { Link, useParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { ScreeningHead } from '../../parts/ScreeningHead';
import { NotFoundPage } from '../NotFoundPage';
import { SeatChooser } from './SeatChooser';
import styles from './seats.module.css';

export function SeatsPage() {
  const hub = useHub();
  const { t } = useLanguage();
  const id = Number(useParams()['screening']);
  const { resource, reload } = useResource(`screening.${id}`, (signal) =>
    hub.screening(id, signal),
  );
  if (resource.state === 'failed') {
    return resource.problem.code === 'not_found' ? (
      <NotFoundPage />
    ) : (
      <Page title={t('seats.title')}>
        <Failed problem={resource.problem} onRetry={reload} />
      </Page>
    );
  }
  return (
    <Page title={t('seats.title')}>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="map" />
        </Loading>
      ) : (
        <Seats screening={resource.value} />
      )}
    </Page>
  );
}

function Seats({ screening }: { screening: ScreeningSummary }) {
  const { t } = useLanguage();
  return (
    <>
      <div className={styles.head}>
        <ScreeningHead screening={screening} />
        <Link className="more" to={`/movies/${screening.movie.movie}?date=${screening.business_date}#screenings`}>
          {t('seats.other_times')}
        </Link>
      </div>
      {/* Another screening is another choice: nothing of the old one stays. */}
      <SeatChooser key={screening.screening} screening={screening} />
    </>
  );
}
