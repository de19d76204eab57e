// Every campaign, what films are wished for, and asking a theater for a room.

import {
  Blank,
  Failed,
  Loading,
  PhaseChip,
  Skeleton,
  counted,
  dateInFull,
  startClock,
  theaterName,
  titleOf,
  useEvery,
  useLanguage,
  useResource,
  type CampaignPage,
  type CampaignView,
  type Phase,
} from '@moding/ui';
import { useId, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { useConsole } from '../session';
import { NewCampaign } from './NewCampaign';
import { Wishes } from './Wishes';
import operator from '../operator.module.css';
import styles from './desk.module.css';

const REFRESH_MS = 10_000;

const PHASES: readonly Phase[] = [
  'requested',
  'offered',
  'scheduled',
  'open',
  'tallying',
  'succeeded',
  'booking',
  'screened',
  'settled',
  'failed',
  'cancelled',
  'refunded',
];

export function DeskPage() {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const [film, setFilm] = useState<number | null>(null);
  const phase = PHASES.find((each) => each === search.get('phase')) ?? null;
  return (
    <>
      <h1>{t('operator.campaigns')}</h1>
      <p className="soft">{t('desk.lead')}</p>
      <Wishes onFilm={setFilm} />
      <NewCampaign key={`film ${film ?? ''}`} film={film} />
      <PhaseFilter phase={phase} />
      <Campaigns key={`phase ${phase ?? ''}`} phase={phase} />
    </>
  );
}

function PhaseFilter({ phase }: { phase: Phase | null }) {
  const { t } = useLanguage();
  const id = useId();
  const [, setSearch] = useSearchParams();
  return (
    <div className={`field ${styles.filter ?? ''}`}>
      <label htmlFor={id}>{t('desk.phase')}</label>
      <select
        id={id}
        value={phase ?? ''}
        onChange={(event) => {
          const { value } = event.target;
          setSearch(value === '' ? {} : { phase: value }, { replace: true });
        }}
      >
        <option value="">{t('desk.phase_all')}</option>
        {PHASES.map((each) => (
          <option key={each} value={each}>
            {t(`phase.${each}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Campaigns({ phase }: { phase: Phase | null }) {
  const api = useConsole();
  const { resource, reload, refresh } = useResource(
    `operator.campaigns.${phase ?? ''}`,
    (signal) => api.campaigns(phase, 0, signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  switch (resource.state) {
    case 'loading':
      return (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      );
    case 'failed':
      return <Failed problem={resource.problem} onRetry={reload} />;
    case 'ready':
      return <List phase={phase} first={resource.value} />;
  }
}

function List({ phase, first }: { phase: Phase | null; first: CampaignPage }) {
  const api = useConsole();
  const { t } = useLanguage();
  const [rest, setRest] = useState<CampaignView[]>([]);
  const [next, setNext] = useState(first.next_offset ?? null);
  const more = (offset: number): void => {
    api
      .campaigns(phase, offset)
      .then((page) => {
        setRest((before) => [...before, ...page.campaigns]);
        setNext(page.next_offset ?? null);
      })
      .catch(() => {
        // The button stays: pressing it again asks again.
      });
  };
  if (first.total === 0) {
    return <Blank title={t('desk.none')} />;
  }
  const seen = new Set(first.campaigns.map(({ campaign }) => campaign));
  const all = [...first.campaigns, ...rest.filter(({ campaign }) => !seen.has(campaign))];
  return (
    <>
      <ul className={operator.list}>
        {all.map((campaign) => (
          <li key={campaign.campaign}>
            <Row campaign={campaign} />
          </li>
        ))}
      </ul>
      {next === null ? null : (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            more(next);
          }}
        >
          {t('desk.more')}
        </button>
      )}
    </>
  );
}

function Row({ campaign }: { campaign: CampaignView }) {
  const { language, t } = useLanguage();
  const { offer, phase, percent } = campaign;
  return (
    <Link
      to={`/operator/campaigns/${campaign.campaign}`}
      className={operator.row}
      data-open={phase === 'requested' || phase === 'offered' ? '' : undefined}
    >
      <strong>
        #{campaign.campaign} {titleOf(campaign.movie, language)}
      </strong>
      <span>
        {theaterName(campaign.theater, language)}
        {offer
          ? ` · ${dateInFull(offer.business_date, language)} ${startClock(offer.time_label)}`
          : ''}
      </span>
      <span className="faint">
        {offer
          ? `${t('campaign.paid_of', { paid: counted(campaign.paid_tickets), goal: counted(offer.goal) })} · ${t('campaign.percent', { percent })}`
          : ''}
      </span>
      <PhaseChip phase={phase} />
    </Link>
  );
}
