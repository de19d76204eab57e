// What is about to be booked.

import { Loading, Skeleton, shortLabel, useLanguage, won, zoneName, type HoldView, type ScreeningSummary } from '@moding/ui';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { ScreeningHead } from '../../parts/ScreeningHead';
import { forgetHold } from '../../visit';
import styles from './checkout.module.css';

interface OrderProps {
  hold: HoldView;
  /** None while it is being read. */
  screening: ScreeningSummary | null;
}

export function Order({ hold, screening }: OrderProps) {
  const hub = useHub();
  const { language, t } = useLanguage();
  const navigate = useNavigate();
  const prices = screening?.prices ?? [];
  const nameOf = (zone: string): string => {
    const price = prices.find((each) => each.zone === zone);
    return price ? zoneName(price, language) : '';
  };
  const leave = (to: string): void => {
    forgetHold(hold.screening);
    // If this fails the hold ends by itself a little later.
    hub.releaseHold(hold.hold).catch(() => undefined);
    void navigate(to);
  };
  return (
    <aside className={styles.order} aria-label={t('checkout.summary')}>
      {screening ? (
        <ScreeningHead screening={screening} level="h2" />
      ) : (
        <Loading>
          <Skeleton shape="row" />
        </Loading>
      )}
      <ul>
        {hold.seats.map((seat) => (
          <li key={seat.seat}>
            <strong>{shortLabel(seat)}</strong>
            <span>
              {seat.kind === 'standard' ? '' : `${t(`seat.kind.${seat.kind}`)} · `}
              {nameOf(seat.zone)}
            </span>
            <span>{won(seat.price_won, t)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.total}>
        <span>{t('choice.total')}</span>
        <strong>{won(hold.amount_won, t)}</strong>
      </p>
      <div className={styles.leave}>
        <button type="button" onClick={() => { leave(`/screenings/${hold.screening}`); }}>
          {t('checkout.change_seats')}
        </button>
        <button type="button" onClick={() => { leave('/'); }}>
          {t('checkout.let_go')}
        </button>
      </div>
    </aside>
  );
}
