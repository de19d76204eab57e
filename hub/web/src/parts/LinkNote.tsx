// Whether a theater can be reached, said calmly: what it means for the buyer comes first.

import { Notice, useHeard, useTexts, type Link } from '@moding/ui';

import styles from './link-note.module.css';

export function LinkChip({ link }: { link: Link }) {
  const t = useTexts();
  const online = link.state === 'online';
  return (
    <span className={styles.chip} data-state={link.state}>
      <span aria-hidden="true" />
      {online ? t('theater.online_short') : t('theater.offline_short')}
    </span>
  );
}

/** Only when there is something to know. */
export function LinkNote({ link }: { link: Link }) {
  const t = useTexts();
  const when = useHeard(link.last_heard_at);
  return link.state === 'online' ? null : (
    <Notice tone="away" title={t('theater.offline')}>
      {t('theater.offline_detail', { when })}
    </Notice>
  );
}
