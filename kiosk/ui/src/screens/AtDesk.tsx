// The order waits at the desk: what to say there, how much it is, and until when.

import { asProblem, useAnnounce, useLanguage, won, type PaymentView } from '@moding/ui';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { clockTime, elsewhere } from '../till';
import { useEndVisit } from '../use-visit';
import styles from './screens.module.css';

export function AtDesk({ payment }: { payment: PaymentView }) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const endVisit = useEndVisit();
  const [asking, setAsking] = useState(false);
  const otherwise = (): void => {
    setAsking(true);
    client
      .cancelOrder(payment.order)
      .then(() => navigate(elsewhere(payment), { replace: true }))
      .catch((error: unknown) => {
        announce(t(`problem.${asProblem(error).code}`), 'assertive');
        setAsking(false);
      });
  };
  return (
    <Screen
      title={t('till.at_desk')}
      lead={t('till.at_desk_detail', { time: clockTime(payment.until ?? 0, language) })}
      actions={
        <>
          <button type="button" className="button quiet" onClick={otherwise} disabled={asking}>
            {t('till.pay_otherwise')}
          </button>
          <button type="button" className="button next" onClick={endVisit}>
            {t('kiosk.finish')}
          </button>
        </>
      }
    >
      <p className={styles.number}>
        <small>{t('till.desk_number')}</small>
        <strong>{payment.desk_number}</strong>
      </p>
      <div className={styles.terminal}>
        <p className={styles.amount}>{won(payment.amount_won, t)}</p>
        <p className="soft">{t('kiosk.pay_seats_kept')}</p>
      </div>
    </Screen>
  );
}
