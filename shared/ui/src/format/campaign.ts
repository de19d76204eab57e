// How far a campaign is, and how long it has, in words.

import type { CampaignView, Phase } from '../api/types';
import type { Translate } from '../i18n/translate';
import { durationInWords } from './clock';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `3일 4시간`, `4시간 12분`, `7분 5초`: as much as helps to decide. */
export function leftInWords(leftMs: number, t: Translate): string {
  if (leftMs <= 0) {
    return t('campaign.over_now');
  }
  if (leftMs >= DAY_MS) {
    const days = Math.floor(leftMs / DAY_MS);
    return t('campaign.days_left', { days, hours: Math.floor((leftMs % DAY_MS) / HOUR_MS) });
  }
  if (leftMs >= HOUR_MS) {
    const hours = Math.floor(leftMs / HOUR_MS);
    const minutes = Math.floor((leftMs % HOUR_MS) / MINUTE_MS);
    return t('campaign.hours_left', { hours, minutes });
  }
  return durationInWords(leftMs, t);
}

/** What comes next by the clock, by the server's clock. */
export function nextMoment({ phase, offer }: CampaignView): { what: 'opens' | 'closes'; at: number } | null {
  if (!offer) {
    return null;
  }
  switch (phase) {
    case 'scheduled':
      return { what: 'opens', at: offer.opens_at };
    case 'open':
      return { what: 'closes', at: offer.deadline };
    case 'requested':
    case 'offered':
    case 'tallying':
    case 'succeeded':
    case 'booking':
    case 'screened':
    case 'settled':
    case 'failed':
    case 'cancelled':
    case 'refunded':
      return null;
  }
}

/** How a state is felt: still to be decided, good, or over. */
export function phaseMood(phase: Phase): 'going' | 'good' | 'over' {
  switch (phase) {
    case 'requested':
    case 'offered':
    case 'scheduled':
    case 'open':
    case 'tallying':
      return 'going';
    case 'succeeded':
    case 'booking':
    case 'screened':
    case 'settled':
      return 'good';
    case 'failed':
    case 'cancelled':
    case 'refunded':
      return 'over';
  }
}
