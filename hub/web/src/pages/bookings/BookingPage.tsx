// A booking: its number, its tickets, and a way out of it.

import {
  Failed,
  Loading,
  Notice,
  Skeleton,
  TicketCard,
  dayAndClock,
  useLanguage,
  useResource,
  won,
  type GuestBookingView,
} from '@moding/ui';
import { useParams, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { AskAccount } from '../../parts/AskAccount';
import { Page } from '../../parts/Page';
import { ScreeningHead } from '../../parts/ScreeningHead';
import { phoneOf } from '../../visit';
import { Cancellation } from './Cancellation';
import { LookupForm } from './LookupPage';
import { Refunds } from './Refunds';
import styles from './bookings.module.css';

export function BookingPage() {
  const { t } = useLanguage();
  const number = useParams()['number'] ?? '';
  const phone = phoneOf(number);
  return (
    <Page title={`${t('booking.title')} ${number}`} width="narrow">
      {phone === null ? (
        <>
          <h1>{t('booking.title')}</h1>
          <p className={styles.lead}>{t('lookup.phone_needed')}</p>
          <LookupForm number={number} />
        </>
      ) : (
        <Known number={number} phone={phone} />
      )}
    </Page>
  );
}

function Known({ number, phone }: { number: string; phone: string }) {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload, put } = useResource(
    `booking.${number}`,
    (signal) => hub.lookUp(number, phone, signal),
    'fresh',
  );
  switch (resource.state) {
    case 'loading':
      return (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={3} />
        </Loading>
      );
    case 'failed':
      return resource.problem.code === 'not_found' ? (
        <>
          <h1>{t('booking.title')}</h1>
          <Notice tone="care" live="alert">
            {t('lookup.not_found')}
          </Notice>
          <LookupForm number={number} />
        </>
      ) : (
        <Failed problem={resource.problem} onRetry={reload} />
      );
    case 'ready':
      return (
        <Booking booking={resource.value} phone={phone} onChange={put} onStale={reload} />
      );
  }
}

interface BookingProps {
  booking: GuestBookingView;
  phone: string;
  onChange: (booking: GuestBookingView) => void;
  onStale: () => void;
}

function Booking({ booking, phone, onChange, onStale }: BookingProps) {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const cancelled = booking.state === 'cancelled';
  const title = search.has('done') && !cancelled ? t('booking.done') : t('booking.title');
  return (
    <div className={styles.booking}>
      <h1>{title}</h1>
      {cancelled ? (
        <Notice tone="care" live="status">
          {t('booking.cancelled')}
        </Notice>
      ) : null}
      <div className={styles.number}>
        <small>{t('booking.number')}</small>
        <strong>{booking.number}</strong>
        <span className="faint">{t('booking.keep')}</span>
      </div>
      {!booking.paid && !cancelled ? (
        <Notice tone="plain">{t('booking.pay_note', { amount: won(booking.amount_won, t) })}</Notice>
      ) : null}
      <ScreeningHead screening={booking.screening} level="h2" />
      <ul className={styles.tickets}>
        {booking.tickets.map((ticket, at) => (
          <TicketCard key={ticket.ticket} booking={booking} ticket={ticket} nth={at + 1} />
        ))}
      </ul>
      <Facts booking={booking} />
      {booking.awaiting_account && booking.order ? (
        <AskAccount orders={[booking.order]} phone={phone} onNamed={onStale} />
      ) : null}
      <Refunds refunds={booking.refunds} />
      {cancelled ? null : <Cancellation booking={booking} phone={phone} onChange={onChange} />}
    </div>
  );
}

function Facts({ booking }: { booking: GuestBookingView }) {
  const { language, t } = useLanguage();
  return (
    <dl className="facts">
      <dt>{t('booking.amount')}</dt>
      <dd>{won(booking.amount_won, t)}</dd>
      <dt>{t('booking.tender')}</dt>
      <dd>
        {t(`booking.tender.${booking.tender}`)} · {t(booking.paid ? 'booking.paid' : 'booking.unpaid')}
      </dd>
      <dt>{t('booking.booked_at')}</dt>
      <dd>{dayAndClock(booking.booked_at, language)}</dd>
    </dl>
  );
}
