// An order that can be paid: how long it is kept, what came of the last attempt, and the one
// thing to do next.

import {
  Notice,
  Refusal,
  asProblem,
  useTexts,
  won,
  type OrderView,
  type Problem,
} from '@moding/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { holdOfOrder } from '../../visit';
import { KeptClock } from './KeptClock';
import { arrivalOf } from './arrival';
import { codeFrom, isOwnWish, whyOf } from './failure';
import { openWindow, windowCode } from './payment-window';
import styles from './pay.module.css';

interface PayableProps {
  order: OrderView;
  onChange: (order: OrderView) => void;
  /** What is shown may not be true any more. */
  onStale: () => void;
}

export function Payable({ order, onChange, onStale }: PayableProps) {
  const t = useTexts();
  const paying = usePaying(order, onChange, onStale);
  useComeToPay(paying.pay);
  const amount = won(order.amount_won, t);
  const again = order.state === 'not_paid';
  return (
    <>
      <div className={styles.head}>
        <h1>{t('pay.title')}</h1>
        <KeptClock order={order} onOver={onStale} />
      </div>
      <LastAttempt order={order} />
      {paying.state === 'opening' ? (
        <Notice tone="plain" live="status" title={t('pay.opening')}>
          {t('pay.opening_detail')}
        </Notice>
      ) : null}
      {paying.problem ? <WindowProblem problem={paying.problem} /> : null}
      <button type="button" className="button next" onClick={paying.pay}>
        {again ? t('pay.again', { amount }) : t('checkout.pay', { amount })}
      </button>
      <p className="faint">{t('pay.window_hint')}</p>
      <OtherWays order={order} onChange={onChange} />
    </>
  );
}

function LastAttempt({ order }: { order: OrderView }) {
  const t = useTexts();
  if (order.state !== 'not_paid') {
    return null;
  }
  const { code } = order;
  return (
    <Notice
      tone={isOwnWish(code) ? 'plain' : 'care'}
      live="alert"
      title={isOwnWish(code) ? t(whyOf(code)) : t('pay.not_paid')}
    >
      {isOwnWish(code) ? null : <p>{t(whyOf(code))}</p>}
      <p>
        {t('pay.not_charged')}
        {order.kept_until == null
          ? ''
          : ` ${t(order.pledge ? 'pay.still_kept_tickets' : 'pay.still_kept')}`}
      </p>
    </Notice>
  );
}

function WindowProblem({ problem }: { problem: Problem }) {
  const t = useTexts();
  return problem.code === 'unreachable' ? (
    <Notice tone="care" live="alert">
      {t('pay.window_failed')}
    </Notice>
  ) : (
    <Refusal problem={problem} />
  );
}

function OtherWays({ order, onChange }: { order: OrderView; onChange: (order: OrderView) => void }) {
  const hub = useHub();
  const t = useTexts();
  const [problem, setProblem] = useState<Problem | null>(null);
  const hold = holdOfOrder(order.order);
  const giveUp = (): void => {
    hub
      .cancelOrder(order.order)
      .then(onChange)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      });
  };
  return (
    <div className={styles.ways}>
      {hold === null ? null : <Link to={`/checkout/${hold}`}>{t('pay.other_way')}</Link>}
      <button type="button" onClick={giveUp}>
        {t('pay.give_up')}
      </button>
      {problem ? <Refusal problem={problem} /> : null}
    </div>
  );
}

interface Paying {
  state: 'idle' | 'opening';
  problem: Problem | null;
  pay: () => void;
}

function usePaying(
  order: OrderView,
  onChange: (order: OrderView) => void,
  onStale: () => void,
): Paying {
  const hub = useHub();
  const [state, setState] = useState<Paying['state']>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const id = order.order;
  const latest = useRef({ onChange, onStale });
  useEffect(() => {
    latest.current = { onChange, onStale };
  });

  const pay = useCallback(() => {
    setState('opening');
    setProblem(null);
    const ended = async (error: unknown): Promise<void> => {
      const code = windowCode(error);
      setState('idle');
      if (code === null) {
        setProblem(asProblem(error));
        latest.current.onStale();
      } else {
        latest.current.onChange(await hub.failOrder(id, codeFrom(code)));
      }
    };
    hub
      .beginAttempt(id)
      .then((attempt) => openWindow(id, attempt))
      .catch((error: unknown) => ended(error).catch(() => undefined));
  }, [hub, id]);

  useEffect(() => {
    // The back button may bring this page back as it was left: with the window opening.
    const restored = (event: PageTransitionEvent): void => {
      if (event.persisted) {
        setState('idle');
        latest.current.onStale();
      }
    };
    window.addEventListener('pageshow', restored);
    return () => {
      window.removeEventListener('pageshow', restored);
    };
  }, []);
  return { state, problem, pay };
}

/** Whoever comes from the form goes on to the window, and only once: not after the back button
 * or a reload. */
function useComeToPay(pay: () => void): void {
  const navigate = useNavigate();
  const location = useLocation();
  const toPay = arrivalOf(location.state)?.come === 'to_pay';
  const gone = useRef(false);
  useEffect(() => {
    if (toPay && !gone.current) {
      gone.current = true;
      void navigate('.', { replace: true, state: null });
      pay();
    }
  }, [toPay, navigate, pay]);
}
