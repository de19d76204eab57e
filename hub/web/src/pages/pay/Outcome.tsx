// What became of an order, or what it waits for.

import {
  Notice,
  TicketCard,
  asOf,
  dayAndClock,
  useAnnounce,
  useLanguage,
  useNow,
  useTexts,
  won,
  type DepositAccount,
  type Following,
  type OrderView,
  type OverBecause,
} from '@moding/ui';
import { useEffect } from 'react';
import { Link } from 'react-router';

import { bankName } from '../../parts/bank';
import styles from './pay.module.css';

/** After so long it is said that it takes long. */
const LONG_MS = 20_000;

interface ConfirmingProps {
  order: OrderView;
  since: number;
  followed: Following<OrderView>;
}

export function Confirming({ order, since, followed }: ConfirmingProps) {
  const { language, t } = useLanguage();
  const now = useNow();
  const { readAt, problem } = followed;
  const long = order.now - since > LONG_MS;
  return (
    <div className={styles.outcome}>
      <div role="status">
        <h1>{t('pay.confirming')}</h1>
        <p className="soft">
          {t(order.pledge ? 'pay.confirming_detail_tickets' : 'pay.confirming_detail')}
        </p>
      </div>
      <span className={styles.waiting} aria-hidden="true" />
      {long ? <Notice tone="plain">{t('pay.confirming_long')}</Notice> : null}
      <p className="faint">
        {t('pay.confirming_since', { time: asOf(since, now, language) })}
        {readAt === null ? '' : ` · ${t('pay.checked_at', { time: asOf(readAt, now, language) })}`}
      </p>
      {problem ? <Notice tone="away">{t(`problem.${problem.code}`)}</Notice> : null}
    </div>
  );
}

interface DepositProps {
  until: number;
  account: DepositAccount | null;
}

export function Deposit({ until, account }: DepositProps) {
  const { language, t } = useLanguage();
  return (
    <div className={styles.outcome}>
      <div role="status">
        <h1>{t('pay.deposit')}</h1>
        <p className="soft">{t('pay.deposit_detail', { until: dayAndClock(until, language) })}</p>
      </div>
      {account ? (
        <dl className={`facts ${styles.account ?? ''}`}>
          <dt>{t('pay.deposit_bank')}</dt>
          <dd>{bankName(account.bank, language)}</dd>
          <dt>{t('pay.deposit_account')}</dt>
          <dd>
            <strong>{account.account_number}</strong>
          </dd>
        </dl>
      ) : (
        <Notice tone="plain">{t('pay.deposit_unknown')}</Notice>
      )}
    </div>
  );
}

export function Paid({ order }: { order: OrderView }) {
  const t = useTexts();
  const announce = useAnnounce();
  useEffect(() => {
    announce(t('pay.paid'));
  }, [announce, t]);
  if (order.state !== 'paid') {
    return null;
  }
  const { booking } = order;
  return (
    <div className={styles.outcome}>
      <h1>{t('pay.paid')}</h1>
      {order.given === 'others' ? <Notice tone="care">{t('pay.paid_other_seats')}</Notice> : null}
      <Number label={t('booking.number')} number={booking.number} note={t('booking.keep')} />
      <ul className={styles.tickets}>
        {booking.tickets.map((ticket, at) => (
          <TicketCard key={ticket.ticket} booking={booking} ticket={ticket} nth={at + 1} />
        ))}
      </ul>
      <Link className="button quiet" to={`/bookings/${booking.number}`}>
        {t('pay.to_booking')}
      </Link>
    </div>
  );
}

export function Pledged({ number }: { number: string }) {
  const t = useTexts();
  const announce = useAnnounce();
  useEffect(() => {
    announce(t('pay.paid_pledge'));
  }, [announce, t]);
  return (
    <div className={styles.outcome}>
      <h1>{t('pay.paid_pledge')}</h1>
      <Number label={t('pledge.number')} number={number} note={t('pledge.keep')} />
      <Link className="button quiet" to={`/pledges/${number}`}>
        {t('pay.to_pledge')}
      </Link>
    </div>
  );
}

interface NumberProps {
  label: string;
  number: string;
  note: string;
}

function Number({ label, number, note }: NumberProps) {
  return (
    <div className={styles.number}>
      <small>{label}</small>
      <strong>{number}</strong>
      <span className="faint">{note}</span>
    </div>
  );
}

export function Over({ order, why }: { order: OrderView; why: OverBecause }) {
  const t = useTexts();
  return (
    <div className={styles.outcome}>
      <div role="status">
        <h1>{t('pay.over')}</h1>
        <p className="soft">{t(`pay.over.${why}`)}</p>
      </div>
      {order.pledge ? (
        <Link className="button next" to={`/campaigns/${order.pledge.campaign}`}>
          {t('pay.to_campaign')}
        </Link>
      ) : (
        <Link className="button next" to={`/screenings/${order.screening.screening}`}>
          {t('hold.choose_again')}
        </Link>
      )}
    </div>
  );
}

/** Money came for what was gone: it goes back. */
export function Refund({ order }: { order: OrderView }) {
  const { language, t } = useLanguage();
  switch (order.state) {
    case 'refunding':
      return (
        <Words title={t('pay.refunding')}>
          {t('pay.refunding_detail', { amount: won(order.amount_won, t) })}
        </Words>
      );
    case 'refunded':
      return (
        <Words title={t('pay.refunded')}>
          {t('pay.refunded_detail', {
            amount: won(order.amount_won, t),
            time: dayAndClock(order.refunded_at, language),
          })}
        </Words>
      );
    case 'refund_refused':
      return (
        <Words title={t('pay.refund_refused')}>
          {t('pay.refund_refused_detail', { amount: won(order.amount_won, t) })}
        </Words>
      );
    case 'open':
    case 'not_paid':
    case 'confirming':
    case 'waiting_for_deposit':
    case 'paid':
    case 'pledged':
    case 'over':
      return null;
  }
}

function Words({ title, children }: { title: string; children: string }) {
  return (
    <div className={styles.outcome} role="status">
      <h1>{title}</h1>
      <p className="soft">{children}</p>
    </div>
  );
}
