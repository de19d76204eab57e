// Since when and until when a kiosk is offline because staff said so, that this ends soon, or
// that it has ended.

import type { KioskView } from '../api/types';
import { asOf } from '../format/clock';
import { useLanguage } from '../i18n/use-language';
import { useNow } from './use-now';

/** What is known of a kiosk's switch. */
export type OfflineSwitch = Pick<KioskView, 'by_hand' | 'offline_ends_at'>;

/** Null when there is nothing to say. */
export function useOfflineText(known: OfflineSwitch | null): string | null {
  const { language, t } = useLanguage();
  const now = useNow();
  const byHand = known?.by_hand;
  switch (byHand?.state) {
    case undefined:
    case 'off':
      return null;
    case 'on': {
      const { until } = byHand;
      const endsAt = known?.offline_ends_at;
      if (typeof endsAt === 'number') {
        return t('offline.ends_soon', { at: asOf(endsAt, now, language) });
      }
      const since = asOf(byHand.since, now, language);
      return typeof until === 'number'
        ? t('offline.on_until', { since, until: asOf(until, now, language) })
        : t('offline.on', { since });
    }
    case 'ended':
      return t(byHand.why === 'time_over' ? 'offline.time_over' : 'offline.link_good', {
        at: asOf(byHand.at, now, language),
      });
  }
}
