// Cancelling: which tickets, what comes back for them now, and asked once more, because the
// seats are somebody else's the moment after.

import {
  Notice,
  dayAndClock,
  shortLabel,
  shortLabels,
  useAnnounce,
  useLanguage,
  won,
  type GuestBookingView,
  type RefundOffer,
} from '@moding/ui';
import { useState } from 'react';

import { useHub } from '../../hub';
import { AccountFields } from '../../parts/AccountFields';
import { Ask } from '../../parts/Ask';
import { NO_ACCOUNT, accountOf } from '../../parts/account';
import { comesBack } from './comes-back';
import styles from './bookings.module.css';

interface CancellationProps {
  booking: GuestBookingView;
  phone: string;
  onChange: (booking: GuestBookingView) => void;
}

export function Cancellation({ booking, phone, onChange }: CancellationProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const all = booking.tickets.map(({ ticket }) => ticket);
  const [chosen, setChosen] = useState<readonly string[]>(all);
  const [typed, setTyped] = useState(NO_ACCOUNT);
  const offer = booking.refund_offer ?? null;
  const named = booking.refund_to_account && offer !== null && offer.percent > 0;
  const account = named ? accountOf(typed) : null;
  const missing = named && account === null;
  const tickets = booking.tickets.filter(({ ticket }) => chosen.includes(ticket));
  const whole = tickets.length === all.length;

  const cancel = async (): Promise<void> => {
    const cancelled = await hub.cancel(booking.booking, phone, whole ? [] : chosen, account);
    announce(t(whole ? 'booking.cancelled_now' : 'cancel.done_some'));
    onChange(cancelled);
  };
  return (
    <section className={styles.cancellation} aria-label={t('booking.cancel')}>
      {offer && all.length > 1 && booking.tender !== 'pledge' ? (
        <Which booking={booking} offer={offer} chosen={chosen} onChosen={setChosen} />
      ) : null}
      {offer ? <Comes offer={offer} chosen={chosen} /> : null}
      {named ? <AccountFields typed={typed} missing={missing} onChange={setTyped} /> : null}
      <Ask
        action={whole ? t('booking.cancel') : t('cancel.some', { count: tickets.length })}
        disabled={tickets.length === 0 || missing}
        title={t('booking.cancel_ask')}
        yes={t('booking.cancel_yes')}
        no={t('booking.cancel_no')}
        onYes={cancel}
      >
        <p>{t('booking.cancel_detail', { seats: shortLabels(tickets) })}</p>
        {offer ? <Comes offer={offer} chosen={chosen} /> : null}
      </Ask>
      {tickets.length === 0 ? <p className="faint">{t('cancel.none_chosen')}</p> : null}
    </section>
  );
}

interface ComesProps {
  offer: RefundOffer;
  chosen: readonly string[];
}

/** What the rule gives back now, and until when. */
function Comes({ offer, chosen }: ComesProps) {
  const { language, t } = useLanguage();
  if (offer.percent === 0) {
    return <Notice tone="care">{t('cancel.offer_none')}</Notice>;
  }
  return (
    <div className={styles.comes}>
      <p>
        <span>{t('cancel.back')}</span>
        <strong>{won(comesBack(offer, chosen), t)}</strong>
      </p>
      <p className="faint">
        {t('cancel.offer', { percent: offer.percent, until: dayAndClock(offer.until, language) })}
      </p>
    </div>
  );
}

interface WhichProps extends ComesProps {
  booking: GuestBookingView;
  onChosen: (tickets: readonly string[]) => void;
}

function Which({ booking, offer, chosen, onChosen }: WhichProps) {
  const { t } = useLanguage();
  const toggle = (ticket: string): void => {
    onChosen(
      chosen.includes(ticket) ? chosen.filter((each) => each !== ticket) : [...chosen, ticket],
    );
  };
  return (
    <fieldset className={styles.which}>
      <legend>{t('cancel.choose')}</legend>
      {booking.tickets.map(({ ticket, ...seat }) => (
        <label key={ticket}>
          <input
            type="checkbox"
            checked={chosen.includes(ticket)}
            onChange={() => {
              toggle(ticket);
            }}
          />
          <span>{shortLabel(seat)}</span>
          <span>{won(comesBack(offer, [ticket]), t)}</span>
        </label>
      ))}
    </fieldset>
  );
}
