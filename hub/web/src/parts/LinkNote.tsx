// Whether a theater can be reached, said calmly: what it means for the buyer comes first.

import { Notice, asOf, useLanguage, useNow, useTexts, type Link } from '@moding/ui';

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
  const { language, t } = useLanguage();
  const now = useNow();
  if (link.state === 'online') {
    return null;
  }
  const heard = link.last_heard_at;
  const time = 
    typeof heard !== 'number' ? t('theater.never_heard') : asOf(heard, now, language);
  return (
    <Notice tone="away" title={t('theater.offline')}>
      {t('theater.offline_detail', { time })}
    </Notice>
  );
}
