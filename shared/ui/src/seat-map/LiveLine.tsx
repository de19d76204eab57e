// How far what is seen can be trusted: as of when, and which seats the other side sells.

import { useSyncExternalStore } from 'react';

import type { ElsewhereView } from '../api/types';
import { asOf } from '../format/clock';
import { useLanguage } from '../i18n/use-language';
import type { LiveSeats } from '../live/use-live-seats';
import { useCopy } from '../live/copy';
import { useHeard } from '../live/use-heard';
import { useNow } from '../live/use-now';
import { Notice } from '../parts/Notice';
import { ViewersNote } from '../parts/ViewersNote';
import type { SeatStore } from './seat-store';
import styles from './seat-map.module.css';

const STREAM_TEXT = {
  live: 'live.as_of',
  connecting: 'live.connecting',
  lost: 'live.stale',
} as const;

export function LiveLine({ live }: { live: LiveSeats }) {
  const { language, t } = useLanguage();
  const now = useNow();
  // Nothing moves in a copy; how old it is stands above the page.
  if (useCopy() || live.asOf === null) {
    return null;
  }
  return (
    <p className={styles.live} data-stream={live.stream}>
      <span className={styles.pulse} aria-hidden="true" />
      {t(STREAM_TEXT[live.stream], { time: asOf(live.asOf, now, language) })}
      <ViewersNote viewers={live.viewers} />
    </p>
  );
}

/** Which side this screen stands on decides who "the other side" is. */
export type Side = 'hub' | 'kiosk';

interface ElsewhereNoteProps {
  side: Side;
  elsewhere: ElsewhereView | null;
  store: SeatStore;
}

export function ElsewhereNote({ side, elsewhere, store }: ElsewhereNoteProps) {
  const { t } = useLanguage();
  const when = useHeard(elsewhere?.as_of);
  useSyncExternalStore(store.subscribeAny, store.version);
  const count = store.count('elsewhere');
  // A hub that stands by does not know who can be reached.
  if (useCopy() || !elsewhere || count === 0) {
    return null;
  }
  return elsewhere.reachable ? (
    <Notice tone="plain">{t(`elsewhere.${side}`, { count, when })}</Notice>
  ) : (
    <Notice tone="away">{t(`elsewhere.${side}_away`, { count, when })}</Notice>
  );
}
