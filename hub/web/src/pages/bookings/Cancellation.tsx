// Cancelling: asked once more, because the seats are somebody else's the moment after.

import { Notice, asProblem, shortLabels, useAnnounce, useTexts, type BookingView, type Problem } from '@moding/ui';
import { useEffect, useRef, useState } from 'react';

import { useHub } from '../../hub';
import styles from './bookings.module.css';

interface CancellationProps {
  booking: BookingView;
  phone: string;
  onChange: (booking: BookingView) => void;
}

export function Cancellation({ booking, phone, onChange }: CancellationProps) {
  const hub = useHub();
  const t = useTexts();
  const announce = useAnnounce();
  const dialog = useRef<HTMLDialogElement | null>(null);
  const [state, setState] = useState<'closed' | 'open' | 'asking'>('closed');
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (state === 'closed') {
      dialog.current?.close();
    } else if (dialog.current?.open === false) {
      dialog.current.showModal();
    }
  }, [state]);
  const cancel = (): void => {
    setState('asking');
    setProblem(null);
    hub
      .cancel(booking.booking, phone)
      .then((cancelled) => {
        setState('closed');
        announce(t('booking.cancelled_now'));
        onChange(cancelled);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('open');
      });
  };
  return (
    <>
      <button
        type="button"
        className={styles.cancel}
        onClick={() => {
          setState('open');
        }}
      >
        {t('booking.cancel')}
      </button>
      <dialog
        ref={dialog}
        className={styles.dialog}
        aria-labelledby="cancel-title"
        onClose={() => {
          setState('closed');
        }}
      >
        <h2 id="cancel-title">{t('booking.cancel_ask')}</h2>
        <p className="soft">{t('booking.cancel_detail', { seats: shortLabels(booking.tickets) })}</p>
        {problem ? (
          <Notice tone="care" live="alert">
            {t(`problem.${problem.code}`)}
          </Notice>
        ) : null}
        <div className={styles.dialogActions}>
          <button type="button" className="button quiet" onClick={() => { setState('closed'); }}>
            {t('booking.cancel_no')}
          </button>
          <button type="button" className="button next" disabled={state === 'asking'} onClick={cancel}>
            {t('booking.cancel_yes')}
          </button>
        </div>
      </dialog>
    </>
  );
}
