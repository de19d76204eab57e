// The campaigns that people can join here, with figures that say as of when.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  titleOf,
  useLanguage,
  useResource,
  whenInFull,
  won,
  type CampaignHere,
} from '@moding/ui';
import { Link, useNavigate } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { clockTime, dayAndTime } from '../till';
import styles from './screens.module.css';

export function CampaignsScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { resource, reload } = useResource(
    'campaigns',
    (signal) => client.campaigns(signal),
    'fresh',
  );
  return (
    <Screen
      title={t('join.which')}
      actions={
        <button type="button" className="button quiet" onClick={() => void navigate('/start')}>
          {t('kiosk.back')}
        </button>
      }
    >
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? <Failed problem={resource.problem} onRetry={reload} /> : null}
      {resource.state === 'ready' ? <Campaigns campaigns={resource.value} /> : null}
    </Screen>
  );
}

function Campaigns({ campaigns }: { campaigns: readonly CampaignHere[] }) {
  const { t } = useLanguage();
  if (campaigns.length === 0) {
    return <Blank title={t('join.none')}>{t('join.none_detail')}</Blank>;
  }
  return (
    <ul className={styles.choices}>
      {campaigns.map((campaign) => (
        <li key={campaign.campaign}>
          <Link to={`/campaigns/${campaign.campaign}`} className={styles.campaign}>
            <CampaignFacts campaign={campaign} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What a campaign is about and how far it has come. */
export function CampaignFacts({ campaign }: { campaign: CampaignHere }) {
  const { language, t } = useLanguage();
  const { showing, goal, paid_tickets: paid, backers, as_of: asOf } = campaign;
  return (
    <>
      <strong>{titleOf(showing.movie, language)}</strong>
      <span>
        {whenInFull(showing.time_label, showing.business_date, language)} · {showing.auditorium.name}
      </span>
      <progress value={Math.min(paid, goal)} max={goal} aria-hidden="true" />
      <span>
        {t('join.progress', { goal, paid, backers })}
        {asOf === null || asOf === undefined
          ? ''
          : ` (${t('join.as_of', { time: clockTime(asOf, language) })})`}
      </span>
      <small>
        {t('join.price', { amount: won(campaign.price_won, t) })} ·{' '}
        {t('join.until', { time: dayAndTime(campaign.deadline, language) })} ·{' '}
        {t('join.left', { count: campaign.left_here })}
      </small>
    </>
  );
}
