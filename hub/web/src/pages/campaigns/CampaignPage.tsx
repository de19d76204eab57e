// A campaign: how far it is, how long it has, what is offered, by which rules, and joining it.

import {
  Failed,
  Loading,
  Notice,
  Poster,
  RatingBadge,
  Skeleton,
  factsOf,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  whenInFull,
  won,
  type CampaignView,
} from '@moding/ui';
import { Link, useParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { NotFoundPage } from '../NotFoundPage';
import { JoinForm } from './JoinForm';
import { Meaning } from './Meaning';
import { Progress } from './Progress';
import { Rules } from './Rules';
import { useProgress } from './use-progress';
import styles from './campaigns.module.css';

export function CampaignPage() {
  const hub = useHub();
  const { t } = useLanguage();
  const id = Number(useParams()['campaign']);
  const { resource, reload, refresh } = useResource(`campaign.${id}`, (signal) =>
    hub.campaign(id, signal),
  );
  if (resource.state === 'failed') {
    const { code } = resource.problem;
    return code === 'not_found' || code === 'invalid_request' ? (
      <NotFoundPage />
    ) : (
      <Page title={t('campaign.title')}>
        <Failed problem={resource.problem} onRetry={reload} />
      </Page>
    );
  }
  return resource.state === 'loading' ? (
    <Page title={t('campaign.title')}>
      <Loading>
        <Skeleton shape="title" />
        <Skeleton shape="row" count={4} />
      </Loading>
    </Page>
  ) : (
    <Campaign key={id} known={resource.value} onMoved={refresh} />
  );
}

interface CampaignProps {
  known: CampaignView;
  /** It is in another state than it was: more than numbers may have changed. */
  onMoved: () => void;
}

function Campaign({ known, onMoved }: CampaignProps) {
  const { language, t } = useLanguage();
  const { campaign, stream, heardAt, viewers } = useProgress(known, onMoved);
  const { movie } = campaign;
  const title = titleOf(movie, language);
  return (
    <Page title={`${title} ${t('campaign.title')}`}>
      <div className={styles.campaign}>
        <div className={styles.film}>
          <Poster movie={movie} />
          <div>
            <p className="soft">{t('campaign.title')}</p>
            <h1>{title}</h1>
            <p className="soft">
              <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
            </p>
            <Link className="more" to={`/movies/${movie.movie}`}>
              {t('campaign.to_movie')}
            </Link>
          </div>
        </div>
        <div className={styles.panel}>
          <Progress
            campaign={campaign}
            stream={stream}
            heardAt={heardAt}
            viewers={viewers}
            onMoment={onMoved}
          />
          <Meaning campaign={campaign} />
          <Next campaign={campaign} />
        </div>
        <div className={styles.terms}>
          <Facts campaign={campaign} />
          <Rules campaign={campaign} />
        </div>
      </div>
    </Page>
  );
}

/** What can be done now. */
function Next({ campaign }: { campaign: CampaignView }) {
  const { t } = useLanguage();
  const { phase, left, screening, windows } = campaign;
  if (phase === 'open') {
    return left > 0 ? (
      <JoinForm campaign={campaign} />
    ) : (
      <Notice tone="plain" title={t('campaign.sold_out')}>
        {t('campaign.sold_out_detail')}
      </Notice>
    );
  }
  if (phase !== 'booking' && phase !== 'succeeded') {
    return null;
  }
  const everybody = phase === 'booking' && windows != null && campaign.now >= windows.public_from;
  return (
    <div className={styles.next}>
      <Link className={everybody ? 'button quiet' : 'button next'} to="/bookings">
        {t('campaign.to_pledge')}
      </Link>
      {everybody && screening != null ? (
        <Link className="button next" to={`/screenings/${screening}`}>
          {t('campaign.book_rest')}
        </Link>
      ) : null}
    </div>
  );
}

function Facts({ campaign }: { campaign: CampaignView }) {
  const { language, t } = useLanguage();
  const { offer, theater } = campaign;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{t('campaign.facts')}</h2>
      {offer ? (
        <dl className={`facts ${styles.facts ?? ''}`}>
          <dt>{t('campaign.when')}</dt>
          <dd>{whenInFull(offer.time_label, offer.business_date, language)}</dd>
          <dt>{t('campaign.where')}</dt>
          <dd>
            <Link to={`/theaters/${theater.theater}`}>{theaterName(theater, language)}</Link>
            {` · ${offer.auditorium.name}`}
          </dd>
          <dt>{t('campaign.price')}</dt>
          <dd>{t('campaign.each', { price: won(offer.price_won, t) })}</dd>
          <dt>{t('campaign.capacity')}</dt>
          <dd>{t('campaign.seats', { count: offer.capacity })}</dd>
        </dl>
      ) : (
        <p className="soft">{t('campaign.no_offer')}</p>
      )}
    </section>
  );
}
