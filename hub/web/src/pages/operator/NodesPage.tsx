// The fleet: every kiosk, how it stands, and what an operator may say about it.

import {
  Failed,
  Loading,
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
          <ul className={styles.nodes}>
            {resource.value.nodes.map((node) => (
              <li key={node.node}>
                <Node node={node} onChange={refresh} />
              </li>
            ))}
          </ul>
        </>
      );
  }
}

interface NodeProps {
  node: NodeView;
  onChange: () => void;
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
        <dt>{t('node.last_heard')}</dt>
        <dd>{heard == null ? t('node.never') : dayAndClock(heard, language)}</dd>
        <dt>{t('node.seats')}</dt>
        <dd>{counted(node.seats_owned)}</dd>
        <dt>{t('node.conflicts')}</dt>
        <dd>{counted(node.open_conflicts)}</dd>
      </dl>
      <Orders node={node} onChange={onChange} />
    </article>
  );
}

function Orders({ node, onChange }: NodeProps) {
  const api = useConsole();
  const { language, t } = useLanguage();
  const theater = theaterName(node.theater, language);
  const done = (order: Promise<unknown>): Promise<void> =>
    order.then(() => {
      onChange();
    });
  const named = (action: string, what: string): { action: string; label: string } => ({
    action,
    label: `${action}: ${what}`,
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
