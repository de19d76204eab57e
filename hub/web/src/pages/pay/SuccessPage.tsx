// Where the payment window comes back to when the buyer has agreed. Nothing is paid before the
// server has confirmed it: this page asks for that until it has an answer, however often it is
// opened or loaded again, and then goes on to the page of the order.

import { Notice, asProblem, backoffMs, useTexts, type Problem } from '@moding/ui';
import { useEffect, useState } from 'react';
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import type { Arrival } from './arrival';
import { cameBack, type CameBack } from './back';
import { mayBeAskedAgain } from './again';
import styles from './pay.module.css';

const BROKEN: Arrival = { come: 'broken' };

export function SuccessPage() {
  const t = useTexts();
  const order = useParams()['order'] ?? '';
  const [search] = useSearchParams();
  const back = cameBack(search);
  return (
    <Page title={t('pay.confirming')} width="narrow">
      {back === null ? (
        <Navigate to={`/pay/${order}`} replace state={BROKEN} />
      ) : (
        <Confirm order={order} back={back} />
      )}
    </Page>
  );
}

function Confirm({ order, back }: { order: string; back: CameBack }) {
  const t = useTexts();
  const problem = useConfirmation(order, back);
  return (
    <div className={styles.outcome}>
      <div role="status">
        <h1>{t('pay.confirming')}</h1>
        <p className="soft">{t('pay.confirming_first')}</p>
      </div>
      <span className={styles.waiting} aria-hidden="true" />
      {problem ? (
        <Notice tone="away" live="alert" title={t('pay.not_sent')}>
          <p>{t(`problem.${problem.code}`)}</p>
          <p>{t('pay.not_sent_detail')}</p>
        </Notice>
      ) : null}
    </div>
  );
}

/** Asks for the confirmation until the server has answered; why it has not so far. */
function useConfirmation(order: string, back: CameBack): Problem | null {
  const hub = useHub();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { payment_key: key, gateway_order: gatewayOrder, amount } = back;
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const goOn = (state: Arrival | null): void => {
      void navigate(`/pay/${order}`, { replace: true, state });
    };
    const ask = (): void => {
      clearTimeout(timer);
      timer = undefined;
      hub
        .confirmOrder(order, { payment_key: key, gateway_order: gatewayOrder, amount }, abort.signal)
        .then(() => {
          goOn(null);
        })
        .catch((error: unknown) => {
          if (abort.signal.aborted) {
            return;
          }
          const why = asProblem(error);
          if (!mayBeAskedAgain(why.code)) {
            goOn({ come: 'refused', code: why.code });
            return;
          }
          setProblem(why);
          timer = setTimeout(ask, backoffMs(failures, Math.random()));
          failures += 1;
        });
    };
    const wake = (): void => {
      if (timer !== undefined) {
        ask();
      }
    };
    window.addEventListener('online', wake);
    ask();
    return () => {
      window.removeEventListener('online', wake);
      clearTimeout(timer);
      abort.abort();
    };
  }, [hub, navigate, order, key, gatewayOrder, amount]);
  return problem;
}
