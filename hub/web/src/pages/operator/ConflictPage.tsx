// One conflict: what was found, who wants the seat, what can be done, and what was decided.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  dayAndClock,
  placeName,
  shortLabels,
  useLanguage,
  useResource,
  won,
  type ClaimView,
  type ConflictDetail,
  type DecisionView,
} from '@moding/ui';
import { Link, useSearchParams } from 'react-router';

import { ScreeningHead } from '../../parts/ScreeningHead';
import { Remedies } from './Remedies';
import { useConsole } from './session';
import styles from './operator.module.css';

export function ConflictPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const key = search.get('key') ?? '';
  const { resource, reload, put } = useResource(
    `operator.conflict.${key}`,
    (signal) => api.conflict(key, signal),
    'fresh',
  );
  return (
    <>
      <Link to="/operator" className={styles.back}>
        {t('conflict.back')}
      </Link>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        resource.problem.code === 'not_found' ? (
          <Blank title={t('conflict.unknown')} />
        ) : (
          <Failed problem={resource.problem} onRetry={reload} />
        )
      ) : null}
      {resource.state === 'ready' ? <Conflict conflict={resource.value} onChange={put} /> : null}
    </>
  );
}

interface ConflictProps {
  conflict: ConflictDetail;
  onChange: (conflict: ConflictDetail) => void;
}

function Conflict({ conflict, onChange }: ConflictProps) {
  const { language, t } = useLanguage();
  const { place, node, showing, decision } = conflict;
  return (
    <div className={styles.conflict}>
      <h1>{t(`conflict.kind.${conflict.kind}`)}</h1>
      <p className={styles.about}>
        {place && place.row !== '' ? <strong>{placeName(place, t)}</strong> : null}
        {node ? <strong>{node}</strong> : null}
        <span className="faint">
          {t('conflict.found')} {dayAndClock(conflict.found_at, language)}
        </span>
      </p>
      {conflict.reason != null ? <p className="soft">{conflict.reason}</p> : null}
      {conflict.kind === 'copy_found' && !decision ? (
        <Notice tone="plain" action={<Link to="/operator/nodes">{t('conflict.to_nodes')}</Link>}>
          {t('conflict.copy_todo')}
        </Notice>
      ) : null}
      {showing ? <ScreeningHead screening={showing} level="h2" /> : null}
      {decision ? <Decided decision={decision} /> : null}
      {conflict.claims.length > 0 ? (
        <section aria-labelledby="claims">
          <h2 id="claims">{t('conflict.claims')}</h2>
          <ul className={styles.claims}>
            {conflict.claims.map((claim) => (
              <li key={claim.booking}>
                <Claim claim={claim} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {decision ? null : <Remedies conflict={conflict} onChange={onChange} />}
    </div>
  );
}

function Claim({ claim }: { claim: ClaimView }) {
  const { language, t } = useLanguage();
  const paid = t(claim.paid ? 'booking.paid' : 'booking.unpaid');
  return (
    <article className={styles.claim} data-state={claim.state}>
      <h3>
        {claim.number} <span className={styles.state}>{t(`conflict.claim.${claim.state}`)}</span>
      </h3>
      <dl className="facts">
        <dt>{t('conflict.claim.seats')}</dt>
        <dd>{shortLabels(claim.seats)}</dd>
        <dt>{t('conflict.claim.node')}</dt>
        <dd>{claim.node === 'hub' ? t('conflict.claim.web') : claim.node}</dd>
        <dt>{t('booking.booked_at')}</dt>
        <dd>{dayAndClock(claim.booked_at, language)}</dd>
        <dt>{t('booking.amount')}</dt>
        <dd>
          {won(claim.amount_won, t)} · {t(`booking.tender.${claim.tender}`)} · {paid}
        </dd>
        {claim.phone_end != null ? (
          <>
            <dt>{t('conflict.claim.phone')}</dt>
            <dd>{claim.phone_end}</dd>
          </>
        ) : null}
      </dl>
      {claim.state === 'loses' ? (
        <p className="faint">{t(`conflict.writer.${claim.writer}`)}</p>
      ) : null}
      {claim.status === 'cancelled' ? <p className="faint">{t('booking.cancelled')}</p> : null}
    </article>
  );
}

function Decided({ decision }: { decision: DecisionView }) {
  const { language, t } = useLanguage();
  const time = dayAndClock(decision.decided_at, language);
  return (
    <section className={styles.decided} aria-label={t('conflict.decided')}>
      <h2>{t(`conflict.outcome.${decision.outcome}`)}</h2>
      {decision.outcome === 'refunded' ? (
        <p>
          {decision.due_won > 0
            ? t('conflict.due', { amount: won(decision.due_won, t) })
            : t('conflict.due_none')}
        </p>
      ) : null}
      <p className="soft">{t('conflict.by', { name: decision.by, time })}</p>
      {decision.note === '' ? null : <p className="soft">{decision.note}</p>}
    </section>
  );
}
