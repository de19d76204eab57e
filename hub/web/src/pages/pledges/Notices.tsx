// What the backer was told, the latest first.

import { dayAndClock, useLanguage, type Language, type NoticeView, type PledgeView, type Translate } from '@moding/ui';

import styles from './pledges.module.css';

export function Notices({ pledge }: { pledge: PledgeView }) {
  const { language, t } = useLanguage();
  if (pledge.notices.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="notices">
      <h2 id="notices">{t('notice.title')}</h2>
      <ol className={styles.notices}>
        {pledge.notices.map((notice) => (
          <li key={`${notice.at}${notice.told}`}>
            <time dateTime={new Date(notice.at).toISOString()}>{dayAndClock(notice.at, language)}</time>
            <span>{wordsOf(notice, language, t)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function wordsOf(notice: NoticeView, language: Language, t: Translate): string {
  switch (notice.told) {
    case 'succeeded':
      return t('notice.succeeded', { time: dayAndClock(notice.from, language) });
    case 'choose':
      return t('notice.choose', { time: dayAndClock(notice.until, language) });
    case 'placed_by_itself':
      return t('notice.placed_by_itself');
    case 'returning':
      return t('notice.returning', { why: t(`pledge.why.${notice.why}`) });
    case 'returned':
      return t('notice.returned');
  }
}
