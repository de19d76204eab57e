// The numbers of a campaign: to the goal, paid tickets, backers, time left.

import {
  GoalBar,
  PhaseChip,
  ViewersNote,
  asOf,
  counted,
  dayAndClock,
  leftInWords,
  nextMoment,
  useCopy,
  useCountdown,
  useLanguage,
  useNow,
  type CampaignView,
  type StreamState,
} from '@moding/ui';
import { useEffect, useMemo, useRef } from 'react';

import styles from './campaigns.module.css';

interface ProgressProps {
  campaign: CampaignView;
  stream: StreamState;
  heardAt: number | null;
  viewers: number | null;
  /** The moment has come that was counted down to. */
  onMoment: () => void;
}

export function Progress({ campaign, stream, heardAt, viewers, onMoment }: ProgressProps) {
  const { t } = useLanguage();
  const { offer, percent, paid_tickets: paid, backers, phase } = campaign;
  const next = nextMoment(campaign);
  return (
    <section className={styles.progress} aria-label={t('campaign.progress')}>
      <p className={styles.phase}>
        <PhaseChip phase={phase} />
        <ViewersNote viewers={viewers} />
        <AsOf stream={stream} heardAt={heardAt} />
      </p>
      <p className={styles.percent}>
        <strong>{t('campaign.percent', { percent })}</strong>
        {offer ? <ToGoal paid={paid} goal={offer.goal} phase={phase} /> : null}
      </p>
      {offer ? <GoalBar paid={paid} goal={offer.goal} percent={percent} /> : null}
      <dl className={styles.numbers}>
        <div>
          <dt>{t('campaign.paid')}</dt>
          <dd>
            {offer
              ? t('campaign.paid_of', { paid: counted(paid), goal: counted(offer.goal) })
              : counted(paid)}
          </dd>
        </div>
        <div>
          <dt>{t('campaign.backers')}</dt>
          <dd>{t('campaign.people', { count: counted(backers) })}</dd>
        </div>
        {next ? <Moment {...next} now={campaign.now} onMoment={onMoment} /> : null}
      </dl>
    </section>
  );
}

function ToGoal({ paid, goal, phase }: { paid: number; goal: number; phase: CampaignView['phase'] }) {
  const { t } = useLanguage();
  if (paid >= goal) {
    return <span>{t('campaign.goal_reached')}</span>;
  }
  return phase === 'open' ? (
    <span>{t('campaign.left_to_goal', { count: goal - paid })}</span>
  ) : null;
}

interface MomentProps {
  what: 'opens' | 'closes';
  /** The server's clock. */
  now: number;
  at: number;
  onMoment: () => void;
}

/** How long until it opens or closes. */
function Moment({ what, now, at, onMoment }: MomentProps) {
  const { language, t } = useLanguage();
  const span = useMemo(() => ({ now, until: at }), [now, at]);
  const left = useCountdown(span) ?? 0;
  const told = useRef(false);
  useEffect(() => {
    if (left === 0 && !told.current) {
      told.current = true;
      onMoment();
    }
  }, [left, onMoment]);
  const time = dayAndClock(at, language);
  return (
    <div>
      <dt>{t(what === 'opens' ? 'campaign.opens_in' : 'campaign.time_left')}</dt>
      <dd>
        <span role="timer">{leftInWords(left, t)}</span>
        <small>{t(what === 'opens' ? 'campaign.opens_at' : 'campaign.closes_at', { time })}</small>
      </dd>
    </div>
  );
}

function AsOf({ stream, heardAt }: { stream: StreamState; heardAt: number | null }) {
  const { language, t } = useLanguage();
  const now = useNow();
  // Nothing moves in a copy; how old it is stands above the page.
  if (useCopy() || heardAt === null) {
    return null;
  }
  const time = asOf(heardAt, now, language);
  return (
    <small className="faint" data-stream={stream}>
      {t(stream === 'lost' ? 'campaign.live_lost' : 'campaign.live', { time })}
    </small>
  );
}
