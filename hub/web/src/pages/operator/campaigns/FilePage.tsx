// One campaign with everything that has happened to it, and what an operator can do.

import {
  Blank,
  Failed,
  GoalBar,
  Loading,
  Notice,
  PhaseChip,
  Skeleton,
  counted,
  dayAndClock,
  theaterName,
  titleOf,
  useEvery,
  useLanguage,
  useResource,
  whenInFull,
  won,
  type CampaignFile,
  type CampaignView,
} from '@moding/ui';
import { Link, useParams } from 'react-router';

import { PaidBack } from '../../campaigns/Meaning';
import { useProgress } from '../../campaigns/use-progress';
import { useConsole } from '../session';
import { Actions } from './Actions';
import { Steps } from './Steps';
import operator from '../operator.module.css';
import styles from './desk.module.css';

const REFRESH_MS = 10_000;

export function FilePage() {
  const api = useConsole();
  const { t } = useLanguage();
  const id = Number(useParams()['campaign']);
  const { resource, reload, refresh, put } = useResource(
    `operator.campaign.${id}`,
    (signal) => api.campaign(id, signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  return (
    <>
      <Link to="/operator/campaigns" className={operator.back}>
        {t('desk.back')}
      </Link>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        resource.problem.code === 'not_found' ? (
          <Blank title={t('desk.unknown')} />
        ) : (
          <Failed problem={resource.problem} onRetry={reload} />
        )
      ) : null}
      {resource.state === 'ready' ? (
        <File file={resource.value} onChange={put} onMoved={refresh} />
      ) : null}
    </>
  );
}

interface FileProps {
  file: CampaignFile;
  onChange: (file: CampaignFile) => void;
  onMoved: () => void;
}

function File({ file, onChange, onMoved }: FileProps) {
  const { language, t } = useLanguage();
  const { campaign } = useProgress(file.campaign, onMoved);
  return (
    <div className={styles.file}>
      <h1>
        {titleOf(campaign.movie, language)} <PhaseChip phase={campaign.phase} />
      </h1>
      <div className={styles.columns}>
        <Terms campaign={campaign} />
        <Numbers file={file} campaign={campaign} />
      </div>
      <Refunds campaign={campaign} />
      <Actions file={file} onChange={onChange} />
      <Steps steps={file.steps} />
      <p>
        <Link className="more" to={`/campaigns/${campaign.campaign}`}>
          {t('campaign.title')} #{campaign.campaign}
        </Link>
      </p>
    </div>
  );
}

function Terms({ campaign }: { campaign: CampaignView }) {
  const { language, t } = useLanguage();
  const { offer, theater } = campaign;
  return (
    <section className={operator.claim} aria-labelledby="terms">
      <h2 id="terms">{t('campaign.facts')}</h2>
      <dl className="facts">
        <dt>{t('campaign.where')}</dt>
        <dd>
          {theaterName(theater, language)}
          {offer ? ` · ${offer.auditorium.name}` : ''}
        </dd>
        {offer ? (
          <>
            <dt>{t('campaign.when')}</dt>
            <dd>{whenInFull(offer.time_label, offer.business_date, language)}</dd>
            <dt>{t('campaign.price')}</dt>
            <dd>{won(offer.price_won, t)}</dd>
            <dt>{t('desk.goal')}</dt>
            <dd>{counted(offer.goal)}</dd>
            <dt>{t('desk.capacity')}</dt>
            <dd>{counted(offer.capacity)}</dd>
            <dt>{t('desk.opens_at')}</dt>
            <dd>{dayAndClock(offer.opens_at, language)}</dd>
            <dt>{t('desk.deadline')}</dt>
            <dd>{dayAndClock(offer.deadline, language)}</dd>
          </>
        ) : null}
      </dl>
    </section>
  );
}

function Numbers({ file, campaign }: { file: CampaignFile; campaign: CampaignView }) {
  const { t } = useLanguage();
  const { offer, paid_tickets: paid, percent, result } = campaign;
  const unheard = result?.unheard ?? [];
  return (
    <section className={operator.claim} aria-labelledby="numbers">
      <h2 id="numbers">{t('desk.numbers')}</h2>
      {offer ? <GoalBar paid={paid} goal={offer.goal} percent={percent} /> : null}
      <dl className="facts">
        <dt>{t('desk.tickets')}</dt>
        <dd>
          {counted(paid)} · {t('campaign.percent', { percent })}
        </dd>
        <dt>{t('desk.backers')}</dt>
        <dd>{counted(campaign.backers)}</dd>
        <dt>{t('desk.in_flight')}</dt>
        <dd>
          {file.in_flight === 0
            ? t('desk.none_of_it')
            : t('desk.in_flight_words', {
                count: counted(file.in_flight),
                tickets: counted(file.in_flight_tickets),
              })}
        </dd>
        <dt>{t('desk.unplaced')}</dt>
        <dd>{counted(file.unplaced_tickets)}</dd>
        {unheard.length > 0 ? (
          <>
            <dt>{t('desk.unheard')}</dt>
            <dd>{unheard.join(', ')}</dd>
          </>
        ) : null}
      </dl>
    </section>
  );
}

/** How far everybody is paid back, as it goes on. */
function Refunds({ campaign }: { campaign: CampaignView }) {
  const { t } = useLanguage();
  const { paid_back: paidBack } = campaign;
  if (!paidBack || (paidBack.backers === 0 && !paidBack.buyers)) {
    return null;
  }
  const refused = paidBack.refused + (paidBack.buyers?.refused ?? 0);
  return (
    <section className={operator.claim} aria-labelledby="refunds">
      <h2 id="refunds">{t('desk.refunds')}</h2>
      <PaidBack paidBack={paidBack} />
      {refused > 0 ? (
        <Notice
          tone="care"
          title={t('desk.refunds_refused')}
          action={<Link to="/operator">{t('desk.to_conflicts')}</Link>}
        >
          {t('campaign.paid_back_by_hand', { count: refused })}
        </Notice>
      ) : null}
    </section>
  );
}
