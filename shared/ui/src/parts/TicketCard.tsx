// One ticket as a piece of paper would show it.

import type { BookingView, TicketView } from '../api/types';
import { whenInFull } from '../format/cinema-time';
import { theaterName, titleOf } from '../format/movie';
import { useLanguage } from '../i18n/use-language';
import { placeName } from '../seat-map/seat-text';
import styles from './parts.module.css';

interface TicketCardProps {
  booking: BookingView;
  ticket: TicketView;
  nth: number;
}

export function TicketCard({ booking, ticket, nth }: TicketCardProps) {
  const { language, t } = useLanguage();
  const { screening } = booking;
  return (
    <li className={styles.ticket} data-state={booking.state}>
      <div>
        <p className={styles.ticketCount}>
          {t('booking.ticket')} {nth}/{booking.tickets.length}
        </p>
        <p className={styles.ticketTitle}>{titleOf(screening.movie, language)}</p>
        <p>{whenInFull(screening.time_label, screening.business_date, language)}</p>
        <p>
          {theaterName(screening.theater, language)} · {screening.auditorium.name}
        </p>
      </div>
      <div className={styles.ticketSeat}>
        <span className="spoken">{placeName(ticket, t)}</span>
        <strong aria-hidden="true">
          {ticket.row}
          <wbr />
          {ticket.number}
        </strong>
        <small>{t(`seat.kind.${ticket.kind}`)}</small>
      </div>
    </li>
  );
}
