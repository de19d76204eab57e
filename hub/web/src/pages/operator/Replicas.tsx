// The copies of the hub's databases: how far they are behind, and whether a restore works.

import {
  Notice,
  counted,
  dayAndClock,
  useEvery,
  useLanguage,
  useResource,
  type ReplicaView,
} from '@moding/ui';

import { useConsole } from './session';
import styles from './operator.module.css';

const REFRESH_MS = 5_000;
const KIB = 1024;

/** Nothing where this hub has no replica. */
export function Replicas() {
  const api = useConsole();
  const { t } = useLanguage();
  const { resource, refresh } = useResource(
    'operator.replicas',
    (signal) => api.replicas(signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  if (resource.state !== 'ready' || resource.value.replicas.length === 0) {
    return null;
  }
  return (
    <section>
      <h2>{t('replica.title')}</h2>
      <p className="soft">{t('replica.lead')}</p>
      <ul className={styles.nodes}>
        {resource.value.replicas.map((replica) => (
          <li key={replica.database}>
            <Replica replica={replica} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Replica({ replica }: { replica: ReplicaView }) {
  const { language, t } = useLanguage();
  const when = (at: number | null | undefined) =>
    at == null ? t('replica.never') : dayAndClock(at, language);
  const seconds = (replica.lag_ms / 1000).toFixed(1);
  const kib = counted(Math.ceil(replica.lag_bytes / KIB));
  return (
    <article className={styles.claim}>
      <h3>
        {replica.database}{' '}
        <span className={styles.state}>{t(`replica.standing.${replica.standing}`)}</span>
      </h3>
      <dl className="facts">
        <dt>{t('replica.lag')}</dt>
        <dd>{t('replica.lag_value', { seconds, kib })}</dd>
        <dt>{t('replica.snapshot')}</dt>
        <dd>{when(replica.snapshot_at)}</dd>
        <dt>{t('replica.verified')}</dt>
        <dd>{when(replica.verified_at)}</dd>
      </dl>
      {replica.is_late ? (
        <Notice tone="care" live="alert">
          {t('replica.late')}
        </Notice>
      ) : null}
      {replica.trouble != null ? (
        <Notice tone="care">{t('replica.trouble', { reason: replica.trouble })}</Notice>
      ) : null}
    </article>
  );
}
