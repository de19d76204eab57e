// The fleet: every kiosk, how it stands, and what an operator may say about it.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  counted,
  dayAndClock,
  theaterName,
  useEvery,
  useLanguage,
  useResource,
  type NodeView,
} from '@moding/ui';

import { Confirm } from './Confirm';
import { Replicas } from './Replicas';
import { useConsole } from './session';
import styles from './operator.module.css';

const REFRESH_MS = 5_000;

export function NodesPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const { resource, reload, refresh } = useResource(
    'operator.nodes',
    (signal) => api.fleet(signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  switch (resource.state) {
    case 'loading':
      return (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={3} />
        </Loading>
      );
    case 'failed':
      return <Failed problem={resource.problem} onRetry={reload} />;
    case 'ready':
      return (
        <>
          <h1>{t('operator.nodes')}</h1>
          <p className="soft">{t('node.lead')}</p>
          {resource.value.nodes.length === 0 ? (
            <Blank title={t('node.none')}>{t('node.none_detail')}</Blank>
          ) : null}
          <ul className={styles.nodes}>
            {resource.value.nodes.map((node) => (
              <li key={node.node}>
                <Node node={node} onChange={refresh} />
              </li>
            ))}
          </ul>
          <Replicas />
        </>
      );
  }
}

interface NodeProps {
  node: NodeView;
  onChange: () => void;
}

/** What somebody has to do about it, and what is under way. */
function Notes({ node }: { node: NodeView }) {
  const { language, t } = useLanguage();
  const aside = node.copy_put_aside_at;
  return (
    <>
      {node.standing === 'waited_for' ? (
        <Notice tone="care">{t('node.waited_for_detail')}</Notice>
      ) : null}
      {node.life === 'recovering' ? (
        <Notice tone="plain">{t('node.recovering_detail')}</Notice>
      ) : null}
      {aside != null && node.recovery_ordered !== 'put_aside' ? (
        <Notice tone="care" title={t('node.copy_aside', { time: dayAndClock(aside, language) })}>
          {t('node.copy_aside_detail')}
        </Notice>
      ) : null}
      {node.recovery_ordered != null ? (
        <Notice tone="plain">{t(`node.ordered.${node.recovery_ordered}`)}</Notice>
      ) : null}
    </>
  );
}

function Node({ node, onChange }: NodeProps) {
  const { language, t } = useLanguage();
  const heard = node.last_heard_at;
  return (
    <article className={styles.claim}>
      <h2>
        {node.node} <span className={styles.state}>{t(`node.standing.${node.standing}`)}</span>
      </h2>
      <dl className="facts">
        <dt>{t('node.theater')}</dt>
        <dd>{theaterName(node.theater, language)}</dd>
        <dt>{t('node.link')}</dt>
        <dd>{t(node.reachable ? 'node.reachable' : 'node.unreachable')}</dd>
        <dt>{t('node.life')}</dt>
        <dd>{t(`node.life.${node.life}`)}</dd>
        <dt>{t('node.last_heard')}</dt>
        <dd>{heard == null ? t('node.never') : dayAndClock(heard, language)}</dd>
        <dt>{t('node.seats')}</dt>
        <dd>{counted(node.seats_owned)}</dd>
        <dt>{t('node.conflicts')}</dt>
        <dd>{counted(node.open_conflicts)}</dd>
        {node.software != null ? (
          <>
            <dt>{t('node.software')}</dt>
            <dd>{node.software}</dd>
          </>
        ) : null}
      </dl>
      <Notes node={node} />
      <Orders node={node} onChange={onChange} />
    </article>
  );
}

function named(action: string, what: string): { action: string; label: string } {
  return { action, label: `${action}: ${what}` };
}

type Done = (order: Promise<unknown>) => Promise<void>;

/** Which copy of a kiosk's data recovers, and goes on. */
function RecoveryOrders({ node, done }: { node: NodeView; done: Done }) {
  const api = useConsole();
  const { t } = useLanguage();
  return (
    <>
      {node.copy_put_aside_at != null ? (
        <Confirm
          {...named(t('node.recover_aside'), node.node)}
          weight="next"
          disabled={node.recovery_ordered === 'put_aside' || node.standing === 'fenced'}
          title={t('node.recover_aside_ask', { node: node.node })}
          note="needed"
          onYes={(note) => done(api.recover(node.node, 'put_aside', note))}
        >
          {t('node.recover_aside_detail')}
        </Confirm>
      ) : null}
      {node.life === 'selling' && node.standing !== 'fenced' ? (
        <Confirm
          {...named(t('node.recover'), node.node)}
          weight="quiet"
          disabled={node.recovery_ordered === 'in_service'}
          title={t('node.recover_ask', { node: node.node })}
          note="needed"
          onYes={(note) => done(api.recover(node.node, 'in_service', note))}
        >
          {t('node.recover_detail')}
        </Confirm>
      ) : null}
    </>
  );
}

function Orders({ node, onChange }: NodeProps) {
  const api = useConsole();
  const { language, t } = useLanguage();
  const theater = theaterName(node.theater, language);
  const done: Done = (order) =>
    order.then(() => {
      onChange();
    });
  return (
    <div className={styles.orders}>
      {node.standing === 'fenced' ? (
        <Confirm
          {...named(t('node.let_in'), node.node)}
          weight="quiet"
          title={t('node.let_in_ask', { node: node.node })}
          note="welcome"
          onYes={(note) => done(api.letIn(node.node, note))}
        >
          {t('node.let_in_detail')}
        </Confirm>
      ) : (
        <Confirm
          {...named(t('node.fence'), node.node)}
          weight="quiet"
          title={t('node.fence_ask', { node: node.node })}
          note="needed"
          onYes={(note) => done(api.fence(node.node, note))}
        >
          {t('node.fence_detail')}
        </Confirm>
      )}
      <RecoveryOrders node={node} done={done} />
      {node.standing === 'waited_for' ? (
        <Confirm
          {...named(t('node.go'), theater)}
          weight="quiet"
          title={t('node.go_ask', { theater })}
          note="needed"
          onYes={(note) => done(api.go(node.theater.theater, note))}
        >
          {t('node.go_detail')}
        </Confirm>
      ) : null}
    </div>
  );
}
