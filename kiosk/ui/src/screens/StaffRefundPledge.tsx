// The money of a pledge that the hub has given back: it is paid back where it was paid.

import {
  Notice,
  asProblem,
  titleOf,
  useLanguage,
  won,
  type CounterRefund,
  type KioskPledge,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { Problems } from './StaffDoubted';
import styles from './screens.module.css';

interface StaffRefundPledgeProps {
  pin: string;
  pledge: KioskPledge;
  onRefund: (refund: CounterRefund) => void;
  onBack: () => void;
}

export function StaffRefundPledge({ pin, pledge, onRefund, onBack }: StaffRefundPledgeProps) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  // One id for all attempts: sent twice it is one refund.
  const [id] = useState(() => crypto.randomUUID());
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const back = pledge.back ?? null;
  const title = titleOf(pledge.campaign.showing.movie, language);
  const give = (): void => {
    setAsking(true);
    setProblem(null);
    client
      .refundPledge(pin, id, pledge.pledge)
      .then(onRefund)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  return (
    <Screen
      title={t('join.summary', { title, count: pledge.tickets })}
      lead={pledge.number}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack} disabled={asking}>
            {t('kiosk.back')}
          </button>
          {back === null ? null : (
            <button type="button" className="button next" onClick={give} disabled={asking}>
              {t(`till.refund_by.${back.kind}`, { amount: won(back.amount_won, t) })}
            </button>
          )}
        </>
      }
    >
      <Problems problem={problem} />
      {back === null ? (
        <div className={styles.note}>
          <Notice tone="care" live="status">
            {t('till.refund_pledge_not_here')}
          </Notice>
        </div>
      ) : null}
      <p className={styles.amount}>{won(pledge.amount_won, t)}</p>
    </Screen>
  );
}
