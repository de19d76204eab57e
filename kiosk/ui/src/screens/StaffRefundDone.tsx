// What became of a refund: done, still asked of the terminal, or to be paid from the drawer.

import { Blank, asProblem, useLanguage, won, type CounterRefund, type Problem } from '@moding/ui';
import { useEffect, useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { Problems } from './StaffDoubted';

const ASK_MS = 1_000;

interface StaffRefundDoneProps {
  pin: string;
  refund: CounterRefund;
  onRefund: (refund: CounterRefund) => void;
  onBack: () => void;
}

export function StaffRefundDone({ pin, refund, onRefund, onBack }: StaffRefundDoneProps) {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const [problem, setProblem] = useState<Problem | null>(null);
  useAskedAgain(pin, refund, onRefund);
  const amount = won(refund.amount_won, t);
  const payOut = (): void => {
    setProblem(null);
    client
      .payRefundInCash(pin, refund.refund)
      .then(onRefund)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      });
  };
  const text = {
    asked: t('till.refund_asked'),
    refused: t('till.refund_refused', { amount }),
    done: t(`till.refund_done.${refund.kind}`, { amount }),
  }[refund.state];
  return (
    <Screen
      title={t('till.refund')}
      actions={
        <>
          <button
            type="button"
            className={refund.state === 'refused' ? 'button quiet' : 'button next'}
            onClick={onBack}
          >
            {t('kiosk.finish')}
          </button>
          {refund.state === 'refused' ? (
            <button type="button" className="button next" onClick={payOut}>
              {t('till.refund_paid_out')}
            </button>
          ) : null}
        </>
      }
    >
      <Problems problem={problem} />
      <div role="status">
        <Blank title={text} />
      </div>
    </Screen>
  );
}

/** As long as the terminal has not said yes or no. */
function useAskedAgain(
  pin: string,
  { refund, state }: CounterRefund,
  onRefund: (refund: CounterRefund) => void,
): void {
  const { client } = useKiosk();
  useEffect(() => {
    if (state !== 'asked') {
      return;
    }
    const abort = new AbortController();
    const timer = setInterval(() => {
      client
        .counterRefund(pin, refund, abort.signal)
        .then(onRefund)
        .catch(() => undefined);
    }, ASK_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [client, onRefund, pin, refund, state]);
}
