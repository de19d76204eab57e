// Seats that this visit already holds for this screening: after the back button, say.

import { Notice, asProblem, shortLabels, useTexts, type HoldView } from '@moding/ui';
import type { SeatStore } from '@moding/ui';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';

import { useHub } from '../../hub';
import { forgetHold, heldFor } from '../../visit';
import styles from './seats.module.css';

interface HeldBeforeProps {
  screening: number;
  store: SeatStore;
}

export function HeldBefore({ screening, store }: HeldBeforeProps) {
  const hub = useHub();
  const t = useTexts();
  const [hold, setHold] = useState<HoldView | null>(null);
  useEffect(() => {
    const held = heldFor(screening);
    if (held === null) {
      return;
    }
    const abort = new AbortController();
    hub
      .hold(held, abort.signal)
      .then((found) => {
        store.setMine(found.seats.map((seat) => seat.seat));
        setHold(found);
      })
      .catch((error: unknown) => {
        const { code } = asProblem(error);
        if (code === 'hold_expired' || code === 'hold_not_found') {
          // It ran out or became a booking: there is nothing to come back to.
          forgetHold(screening);
        }
      });
    return () => {
      abort.abort();
    };
  }, [hub, screening, store]);

  const letGo = (): void => {
    if (hold) {
      forgetHold(screening);
      store.setMine([]);
      setHold(null);
      // If this fails the hold ends by itself a little later.
      hub.releaseHold(hold.hold).catch(() => undefined);
    }
  };
  return hold === null ? null : (
    <Notice
      tone="plain"
      live="status"
      title={t('choice.held_before', { seats: shortLabels(hold.seats) })}
      action={
        <span className={styles.heldActions}>
          <button type="button" className="button quiet" onClick={letGo}>
            {t('choice.let_go')}
          </button>
          <Link className="button next" to={`/checkout/${hold.hold}`}>
            {t('choice.go_on')}
          </Link>
        </span>
      }
    />
  );
}
