// "As of when" for what the other side last said, in words.

import { asOf } from '../format/clock';
import { useLanguage } from '../i18n/use-language';
import { useNow } from './use-now';

export function useHeard(at: number | null | undefined): string {
  const { language, t } = useLanguage();
  const now = useNow();
  return typeof at === 'number' ? t('live.when', { time: asOf(at, now, language) }) : t('live.never');
}
