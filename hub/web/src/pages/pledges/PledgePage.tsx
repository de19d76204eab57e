// A backer's own pledge: how it stands, what can be done about it, and what was told.

import {
  Failed,
  Loading,
  Notice,
  PhaseChip,
  Poster,
  Skeleton,
  dayAndClock,
  phoneAsTyped,
  theaterName,
  titleOf,
  useFollowed,
  useLanguage,
  whenInFull,
  won,
  type PledgeView,
} from '@moding/ui';
import { Link, useParams } from 'react-router';

import { useHub } from '../../hub';
import { AskAccount } from '../../parts/AskAccount';
import { Page } from '../../parts/Page';
import { phoneOf } from '../../visit';
import { LookupForm } from '../bookings/LookupPage';
import { meaningOf } from '../campaigns/Meaning';
import { Change } from './Change';
import { Choose } from './Choose';
import { Notices } from './Notices';
import { Back } from './Back';
import styles from './pledges.module.css';

/** Refunds and claims go on by themselves. */
const GOING_MS = 10_000;

export function PledgePage() {
  const { t } = useLanguage();
  const number = useParams()['number'] ?? '';
  const phone = phoneOf(number);
  return (
    <Page title={`${t('pledge.title')} ${number}`} width="narrow">
      {phone === null ? (
        <>
          <h1>{t('pledge.title')}</h1>
          <p className={styles.lead}>{t('pledge.phone_needed')}</p>
          <LookupForm number={number} />
        </>
      ) : (
        <Known key={number} number={number} phone={phoneAsTyped(phone)} />
      )}
    </Page>
  );
}

function Known({ number, phone }: { number: string; phone: string }) {
  const hub = useHub();
  const { t } = useLanguage();
  const { value, problem, put, refresh } = useFollowed(
    `pledge.${number}`,
    (signal) => hub.lookUpPledge(number, phone, signal),
    periodOf,
  );
  if (value) {
    return <Pledge pledge={value} phone={phone} onChange={put} onStale={refresh} />;
  }
  if (problem?.code === 'not_found') {
    return (
      <>
        <h1>{t('pledge.title')}</h1>
        <Notice tone="care" live="alert">
          {t('lookup.not_found')}
        </Notice>
        <LookupForm number={number} />
      </>
    );
  }
  return problem ? (
    <Failed problem={problem} onRetry={refresh} />
  ) : (
    <Loading>
      <Skeleton shape="title" />
      <Skeleton shape="row" count={3} />
    </Loading>
  );
}

function periodOf(pledge: PledgeView): number | null {
  return pledge.state === 'returned' ? null : GOING_MS;
}

interface PledgeProps {
  pledge: PledgeView;
  phone: string;
  onChange: (pledge: PledgeView) => void;
  onStale: () => void;
}

function Pledge({ pledge, phone, onChange, onStale }: PledgeProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.pledge}>
      <h1>{t('pledge.title')}</h1>
      <div className={styles.number}>
        <small>{t('pledge.number')}</small>
        <strong>{pledge.number}</strong>
        <span className="faint">{t('pledge.keep')}</span>
      </div>
      <Back pledge={pledge} />
      {pledge.awaiting_account.length > 0 ? (
        <AskAccount orders={pledge.awaiting_account} phone={phone} onNamed={onStale} />
      ) : null}
      <Choose pledge={pledge} />
      <Head pledge={pledge} />
      <Facts pledge={pledge} />
      {pledge.may_change && pledge.state === 'live' ? (
        <Change key={pledge.tickets} pledge={pledge} phone={phone} onChange={onChange} />
      ) : null}
      <Notices pledge={pledge} />
    </div>
  );
}

function Head({ pledge }: { pledge: PledgeView }) {
  const { language, t } = useLanguage();
  const { campaign } = pledge;
  const { movie, offer, theater } = campaign;
  return (
    <div className={styles.head}>
      <Poster movie={movie} />
      <div>
        <h2>
          <Link to={`/campaigns/${campaign.campaign}`}>{titleOf(movie, language)}</Link>{' '}
          <PhaseChip phase={campaign.phase} />
        </h2>
        {offer ? (
          <p>
            {whenInFull(offer.time_label, offer.business_date, language)}
            <span className="soft">
              {' · '}
              {theaterName(theater, language)} {offer.auditorium.name}
            </span>
          </p>
        ) : null}
        <p className="soft">{meaningOf(campaign, language, t)}</p>
      </div>
    </div>
  );
}

function Facts({ pledge }: { pledge: PledgeView }) {
  const { language, t } = useLanguage();
  return (
    <dl className="facts">
      <dt>{t('pledge.tickets')}</dt>
      <dd>
        {t('campaign.tickets', { count: pledge.tickets })} · {t(`pledge.state.${pledge.state}`)}
      </dd>
      <dt>{t('pledge.amount')}</dt>
      <dd>{won(pledge.amount_won, t)}</dd>
      <dt>{t('pledge.made_at')}</dt>
      <dd>{dayAndClock(pledge.made_at, language)}</dd>
      {pledge.returning_won > 0 ? (
        <>
          <dt>{t('pledge.part_returning')}</dt>
          <dd>{won(pledge.returning_won, t)}</dd>
        </>
      ) : null}
      {pledge.returned_won > 0 ? (
        <>
          <dt>{t('pledge.part_returned')}</dt>
          <dd>{won(pledge.returned_won, t)}</dd>
        </>
      ) : null}
    </dl>
  );
}
