// Money of a pledge that goes back: that it does, why, and that nothing has to be done.

import { Notice, dayAndClock, useLanguage, won, type PledgeView } from '@moding/ui';

export function Back({ pledge }: { pledge: PledgeView }) {
  const { language, t } = useLanguage();
  switch (pledge.state) {
    case 'live':
    case 'placed':
      return null;
    case 'returning':
      return (
        <Notice tone="plain" live="status" title={t('pledge.state.returning')}>
          {t('pledge.returning_words', {
            why: t(`pledge.why.${pledge.why}`),
            amount: won(pledge.returning_won, t),
          })}
        </Notice>
      );
    case 'returned':
      return (
        <Notice tone="done" live="status" title={t('pledge.state.returned')}>
          {t('pledge.returned_words', {
            why: t(`pledge.why.${pledge.why}`),
            amount: won(pledge.returned_won, t),
            time: dayAndClock(pledge.returned_at, language),
          })}
        </Notice>
      );
  }
}
