// A payment that came to nothing: why, that nothing was charged, and what can be done.

import { Blank, asProblem, useTexts, type PaymentView, type Problem, Refusal } from '@moding/ui';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { elsewhere } from '../till';
import { useEndVisit } from '../use-visit';

type Outcome =
  | 'declined'
  | 'timed_out'
  | 'cancelled'
  | 'unavailable'
  | 'reversed'
  | 'refused_at_desk';

const TEXTS = {
  declined: ['kiosk.declined', 'kiosk.declined_detail'],
  timed_out: ['kiosk.timed_out', 'kiosk.timed_out_detail'],
  cancelled: ['kiosk.pay_cancelled', 'kiosk.pay_cancelled_detail'],
  unavailable: ['kiosk.unavailable', 'kiosk.unavailable_detail'],
  reversed: ['kiosk.reversed', 'kiosk.reversed_detail'],
  refused_at_desk: ['till.refused_at_desk', 'till.refused_at_desk_detail'],
} as const;

const NOBODY_CAME = ['till.desk_over', 'till.desk_over_detail'] as const;

export function NotCharged({ payment, state }: { payment: PaymentView; state: Outcome }) {
  const { client } = useKiosk();
  const t = useTexts();
  const navigate = useNavigate();
  const endVisit = useEndVisit();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const cash = payment.kind === 'cash';
  const isPledge = payment.campaign !== null && payment.campaign !== undefined;
  const [title, detail] = cash && state === 'timed_out' ? NOBODY_CAME : TEXTS[state];
  const again = (): void => {
    if (cash || state === 'unavailable' || isPledge) {
      // There may be another way; and what was kept for a pledge is free again.
      void navigate(elsewhere(payment), { replace: true });
      return;
    }
    setAsking(true);
    client
      .pay(payment.hold)
      .then((next) => navigate(`/orders/${next.order}`, { replace: true }))
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setAsking(false);
      });
  };
  const gone =
    !isPledge &&
    (state === 'reversed' ||
      state === 'refused_at_desk' ||
      (cash && state === 'timed_out') ||
      problem?.code === 'hold_expired' ||
      problem?.code === 'hold_not_found');
  return (
    <Screen
      title={t(title)}
      actions={
        <>
          <button type="button" className="button quiet" onClick={endVisit} disabled={asking}>
            {t('kiosk.pay_give_up')}
          </button>
          {gone ? (
            <button
              type="button"
              className="button next"
              onClick={() => void navigate('/screenings', { replace: true })}
            >
              {t('hold.choose_again')}
            </button>
          ) : (
            <button type="button" className="button next" onClick={again} disabled={asking}>
              {asking ? t('kiosk.pay_starting') : t('kiosk.pay_again')}
            </button>
          )}
        </>
      }
    >
      <Blank title={t(detail)} />
      {problem ? <Refusal problem={problem} /> : null}
    </Screen>
  );
}
