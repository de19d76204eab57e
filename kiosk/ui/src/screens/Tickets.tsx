// A booking as large as it is important: the number first, then each ticket.

import { TicketCard, useTexts, type BookingView } from '@moding/ui';

import styles from './screens.module.css';

export function Tickets({ booking }: { booking: BookingView }) {
  const t = useTexts();
  return (
    <>
      <p className={styles.number}>
        <small>{t('booking.number')}</small>
        <strong>
          {booking.number.split('-').map((part, at) => (
            <span key={at}>
              {at > 0 ? '-' : ''}
              {part}
              <wbr />
            </span>
          ))}
        </strong>
      </p>
      <ul className={styles.tickets}>
        {booking.tickets.map((ticket, at) => (
          <TicketCard key={ticket.ticket} booking={booking} ticket={ticket} nth={at + 1} />
        ))}
      </ul>
    </>
  );
}
