// The page of an order: pay it, wait for it, see what became of it. Everything it shows comes
// from the server, so that reload, back, a second tab and a closed one do no harm.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  useTexts,
  type Following,
  type OrderView,
} from '@moding/ui';
import { useEffect } from 'react';
import { Link, useLocation, useParams } from 'react-router';

import { AskAccount } from '../../parts/AskAccount';
import { Page } from '../../parts/Page';
import { forgetHold, phoneOfOrder, rememberPhone } from '../../visit';
import { Confirming, Deposit, Over, Paid, Pledged, Refund } from './Outcome';
import { Payable } from './Payable';
import { Summary } from './Summary';
import { arrivalOf } from './arrival';
import { useOrder } from './use-order';
import styles from './pay.module.css';

export function PayPage() {
  const t = useTexts();
  const id = useParams()['order'] ?? '';
  return (
    <Page title={t('pay.title')}>
      <Known key={id} id={id} />
    </Page>
  );
}

function Known({ id }: { id: string }) {
  const t = useTexts();
  const followed = useOrder(id);
  const { value: order, problem, refresh } = followed;
  useSettled(order);
  if (order) {
    return <Order order={order} followed={followed} />;
  }
  if (problem?.code === 'not_found' || problem?.code === 'invalid_request') {
    return (
      <Blank
        title={t('pay.gone')}
        action={
          <Link className="button quiet" to="/bookings">
            {t('web.nav.bookings')}
          </Link>
        }
      >
        {t('pay.gone_detail')}
      </Blank>
    );
  }
  return problem ? (
    <Failed problem={problem} onRetry={refresh} />
  ) : (
    <Loading>
      <Skeleton shape="title" />
      <Skeleton shape="row" count={3} />
    </Loading>
  );
}

interface OrderProps {
  order: OrderView;
  followed: Following<OrderView>;
}

function Order({ order, followed }: OrderProps) {
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <Refused order={order} />
        <State order={order} followed={followed} />
      </div>
      <Summary order={order} />
    </div>
  );
}

function State({ order, followed }: OrderProps) {
  switch (order.state) {
    case 'open':
    case 'not_paid':
      return <Payable order={order} onChange={followed.put} onStale={followed.refresh} />;
    case 'confirming':
      return <Confirming order={order} since={order.since} followed={followed} />;
    case 'waiting_for_deposit':
      return <Deposit until={order.until} account={order.account ?? null} />;
    case 'paid':
      return <Paid order={order} />;
    case 'pledged':
      return <Pledged number={order.number} />;
    case 'over':
      return <Over order={order} why={order.why} />;
    case 'refunding':
      return (
        <>
          <Refund order={order} />
          {order.awaiting_account ? (
            <AskAccount
              orders={[order.order]}
              phone={phoneOfOrder(order.order)}
              onNamed={followed.refresh}
            />
          ) : null}
        </>
      );
    case 'refunded':
    case 'refund_refused':
      return <Refund order={order} />;
  }
}

/** Why the success page did not end as it should, as long as that explains anything. */
function Refused({ order }: { order: OrderView }) {
  const t = useTexts();
  const arrival = arrivalOf(useLocation().state);
  const explains = order.state === 'open' || order.state === 'not_paid';
  if (!explains || arrival === null || arrival.come === 'to_pay') {
    return null;
  }
  const text = arrival.come === 'broken' ? t('pay.link_broken') : t(`problem.${arrival.code}`);
  return (
    <Notice tone="care" live="alert">
      {text}
    </Notice>
  );
}

/** Seats that are paid are not offered to go on with; what was booked can be opened without
 * asking for the phone number again. */
function useSettled(order: OrderView | null): void {
  useEffect(() => {
    if (!order || order.state === 'open' || order.state === 'not_paid') {
      return;
    }
    forgetHold(order.screening.screening);
    const phone = phoneOfOrder(order.order);
    if (order.state === 'paid' && phone !== null) {
      rememberPhone(order.booking.number, phone);
    }
    if (order.state === 'pledged' && phone !== null) {
      rememberPhone(order.number, phone);
    }
  }, [order]);
}
