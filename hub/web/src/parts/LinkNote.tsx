// Whether a theater can be reached, said calmly: what it means for the buyer comes first. A hub that
// stands by knows nothing of it.

import { Notice, useCopy, useHeard, useTexts, type Link } from '@moding/ui';

import styles from './link-note.module.css';

export function LinkChip({ link }: { link: Link }) {
  const t = useTexts();
  return useCopy() ? null : (
    <span className={styles.chip} data-state={link.state}>
      <span aria-hidden="true" />
      {t(`theater.${link.state}_short`)}
    </span>
  );
}

/** Only when there is something to know. */
export function LinkNote({ link }: { link: Link }) {
  const t = useTexts();
  const when = useHeard(link.last_heard_at);
  return useCopy() || link.state === 'online' ? null : (
    <Notice tone="away" title={t(link.state === 'slow' ? 'theater.slow' : 'theater.offline')}>
      {t('theater.offline_detail', { when })}
    </Notice>
  );
}
