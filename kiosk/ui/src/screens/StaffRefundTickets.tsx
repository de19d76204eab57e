// What comes back for each ticket of a booking now; the staff choose those that are given back.

import {
  Notice,
  asProblem,
  placeName,
  titleOf,
  useLanguage,
  whenInFull,
  won,
  type CounterRefund,
  type Problem,
  type RefundQuote,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { Problems } from './StaffDoubted';
import styles from './screens.module.css';

interface StaffRefundTicketsProps {
  pin: string;
  quote: RefundQuote;
  onRefund: (refund: CounterRefund) => void;
  onBack: () => void;
}

export function StaffRefundTickets({ pin, quote, onRefund, onBack }: StaffRefundTicketsProps) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(quote.tickets.map(({ ticket }) => ticket)),
  );
  // One id for all attempts: sent twice it is one refund.
  const [id] = useState(() => crypto.randomUUID());
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { booking } = quote;
  const back = quote.tickets.filter(({ ticket }) => chosen.has(ticket));
  const amount = back.reduce((sum, { back_won }) => sum + back_won, 0);
  const give = (): void => {
    setAsking(true);
    setProblem(null);
    client
      .refund(pin, id, { booking: booking.booking, tickets: [...chosen] })
      .then(onRefund)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  const { movie, time_label, business_date } = booking.screening;
  return (
    <Screen
      title={titleOf(movie, language)}
      lead={`${booking.number} · ${whenInFull(time_label, business_date, language)}`}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack} disabled={asking}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={asking || amount === 0}
            onClick={give}
          >
            {t(`till.refund_by.${quote.kind}`, { amount: won(amount, t) })}
          </button>
        </>
      }
    >
      <div className={styles.note}>
        <Notice tone={quote.percent === 0 ? 'care' : 'plain'} live="status">
          {quote.percent === 0
            ? t('till.refund_nothing')
            : t('till.refund_percent', { percent: quote.percent })}
        </Notice>
      </div>
      <Problems problem={problem} />
      <Tickets
        quote={quote}
        chosen={chosen}
        onTouch={(ticket) => {
          setChosen((before) => toggled(before, ticket));
        }}
      />
    </Screen>
  );
}

interface TicketsProps {
  quote: RefundQuote;
  chosen: ReadonlySet<string>;
  onTouch: (ticket: string) => void;
}

function Tickets({ quote, chosen, onTouch }: TicketsProps) {
  const { t } = useLanguage();
  return (
    <div role="group" aria-label={t('till.refund_choose')} className={styles.entries}>
      {quote.tickets.map((each) => (
        <button
          key={each.ticket}
          type="button"
          aria-pressed={chosen.has(each.ticket)}
          onClick={() => {
            onTouch(each.ticket);
          }}
        >
          <strong>{placeName(each, t)}</strong>
          <small>
            {won(each.price_won, t)} → {won(each.back_won, t)}
          </small>
        </button>
      ))}
    </div>
  );
}

function toggled(before: ReadonlySet<string>, ticket: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(ticket)) {
    after.add(ticket);
  }
  return after;
}
