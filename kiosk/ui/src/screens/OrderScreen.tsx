// A payment under way and its outcome: insert the card, wait, then tickets or what to do next.

import {
  Failed,
  Loading,
  Notice,
  Skeleton,
  asProblem,
  useAnnounce,
  useTexts,
  won,
  type PaymentView,
  type TextKey,
} from '@moding/ui';
import { useEffect, useState } from 'react';
import { useNavigate, useOutletContext, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import type { FrameContext } from '../parts/Frame';
import { Screen } from '../parts/Screen';
import { SimulatedTerminal } from '../parts/SimulatedTerminal';
import { isAtTerminal, useOrder } from '../use-order';
import { useEndVisit } from '../use-visit';
import { forgetHold } from '../visit';
import { AtDesk } from './AtDesk';
import { Joined } from './Joined';
import { NotCharged } from './NotCharged';
import { Tickets } from './Tickets';
import styles from './screens.module.css';

export function OrderScreen() {
  const t = useTexts();
  const id = useParams()['order'] ?? '';
  const { payment, problem } = useOrder(id);
  useBusyWhile(payment);
  useOutcomeSpoken(payment);
  const endVisit = useEndVisit();
  if (!payment) {
    return (
      <Screen title={t('kiosk.insert_card')}>
        {problem ? (
          <Failed problem={problem} onRetry={endVisit} />
        ) : (
          <Loading>
            <Skeleton shape="row" count={3} />
          </Loading>
        )}
      </Screen>
    );
  }
  switch (payment.state) {
    case 'waiting_for_card':
      return <Waiting payment={payment} />;
    case 'waiting_at_desk':
      return <AtDesk payment={payment} />;
    case 'unknown':
      return <Checking payment={payment} />;
    case 'approved':
      if (payment.pledge) {
        return <Joined pledge={payment.pledge} />;
      }
      return payment.booking ? <Done payment={payment} /> : <Checking payment={payment} />;
    case 'declined':
    case 'timed_out':
    case 'cancelled':
    case 'unavailable':
    case 'reversed':
    case 'refused_at_desk':
      return <NotCharged payment={payment} state={payment.state} />;
  }
}

/** Nobody is sent away while a card may be charged. */
function useBusyWhile(payment: PaymentView | null): void {
  const { setBusy } = useOutletContext<FrameContext>();
  const busy = payment === null || isAtTerminal(payment.state);
  useEffect(() => {
    setBusy(busy ? 'busy' : 'free');
    return () => {
      setBusy('free');
    };
  }, [busy, setBusy]);
}

const SPOKEN: Record<PaymentView['state'], TextKey> = {
  waiting_for_card: 'kiosk.insert_card',
  unknown: 'kiosk.unknown',
  approved: 'kiosk.done',
  declined: 'kiosk.declined',
  timed_out: 'kiosk.timed_out',
  cancelled: 'kiosk.pay_cancelled',
  unavailable: 'kiosk.unavailable',
  reversed: 'kiosk.reversed',
  waiting_at_desk: 'till.at_desk',
  refused_at_desk: 'till.refused_at_desk',
};

function useOutcomeSpoken(payment: PaymentView | null): void {
  const announce = useAnnounce();
  const t = useTexts();
  const state = payment?.state;
  useEffect(() => {
    if (state !== undefined) {
      // None of these texts has a parameter; the type of a computed key cannot say so.
      announce((t as (key: TextKey) => string)(SPOKEN[state]), 'assertive');
    }
  }, [state, announce, t]);
}

function Waiting({ payment }: { payment: PaymentView }) {
  const { client, view } = useKiosk();
  const t = useTexts();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const cancel = (): void => {
    setAsking(true);
    client.cancelOrder(payment.order).catch((error: unknown) => {
      // The card was faster, or nobody answered: the order itself tells what came of it.
      announce(t(`problem.${asProblem(error).code}`));
      setAsking(false);
    });
  };
  return (
    <Screen
      title={t('kiosk.insert_card')}
      lead={t('kiosk.insert_card_detail')}
      actions={
        <button type="button" className="button quiet" onClick={cancel} disabled={asking}>
          {t('kiosk.paying_cancel')}
        </button>
      }
    >
      <div className={styles.terminal}>
        <CardDrawing />
        <p className={styles.amount}>{won(payment.amount_won, t)}</p>
        <p className="soft">{t('kiosk.pay_seats_kept')}</p>
      </div>
      {view?.terminal.kind === 'simulated' ? <SimulatedTerminal order={payment.order} /> : null}
    </Screen>
  );
}

/** After this somebody should look at it, and the screen may be left. */
const LONG_MS = 90_000;

function Checking({ payment }: { payment: PaymentView }) {
  const t = useTexts();
  const { setBusy } = useOutletContext<FrameContext>();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLong(true);
      setBusy('free');
    }, LONG_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [setBusy]);
  return (
    <Screen title={t('kiosk.unknown')} lead={t('kiosk.unknown_detail')}>
      <div className={styles.terminal}>
        <div className={styles.checking} aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
        <p className={styles.amount}>{won(payment.amount_won, t)}</p>
      </div>
      {long ? (
        <Notice tone="care" live="alert" title={t('kiosk.unknown_long')}>
          {payment.order}
        </Notice>
      ) : null}
    </Screen>
  );
}

function Done({ payment }: { payment: PaymentView }) {
  const t = useTexts();
  const endVisit = useEndVisit();
  const navigate = useNavigate();
  const number = payment.booking?.number;
  useEffect(() => {
    // The hold became a booking: there is nothing to let go any more.
    forgetHold();
  }, [number, navigate]);
  return payment.booking ? (
    <Screen
      title={t('kiosk.done')}
      lead={t('kiosk.done_detail')}
      actions={
        <button type="button" className="button next" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      }
    >
      <Tickets booking={payment.booking} />
    </Screen>
  ) : null;
}

function CardDrawing() {
  return (
    <svg viewBox="0 0 240 170" aria-hidden="true" className={styles.card}>
      <rect x="60" y="6" width="120" height="86" rx="10" className={styles.cardBody} />
      <rect x="78" y="30" width="24" height="18" rx="4" className={styles.cardChip} />
      <path d="M78 66H150M78 78H128" />
      <path d="M28 104H212V150A12 12 0 0 1 200 162H40A12 12 0 0 1 28 150Z" className={styles.cardSlot} />
      <path d="M46 116H194" />
    </svg>
  );
}
