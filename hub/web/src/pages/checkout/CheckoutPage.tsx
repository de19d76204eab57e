// Checkout: the hold in the address is all that is needed, so reload, back and a shared clock
// do no harm. It ends in a booking, or with the time.

import {
  Blank,
  Failed,
  HoldClock,
  Loading,
  MoreTime,
  Skeleton,
  useResource,
  useTexts,
  type HoldView,
  type OrderView,
} from '@moding/ui';
import { useState, type ReactNode } from 'react';
import { Link, Navigate, useParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { bookedWith, orderOfHold } from '../../visit';
import { BookForm } from './BookForm';
import { Order } from './Order';
import styles from './checkout.module.css';

export function CheckoutPage() {
  const t = useTexts();
  const hold = useParams()['hold'] ?? '';
  const booked = bookedWith(hold);
  // Back from the booking: the hold is gone, what it became is what is wanted.
  return booked !== null ? (
    <Navigate to={`/bookings/${booked}`} replace />
  ) : (
    <Page title={t('checkout.title')}>
      <Ordered order={orderOfHold(hold)}>
        <Held key={hold} id={hold} />
      </Ordered>
    </Page>
  );
}

interface OrderedProps {
  order: string | null;
  children: ReactNode;
}

/** Once the order of the hold is being paid, or is over, its own page says how it stands. */
function Ordered({ order, children }: OrderedProps) {
  const hub = useHub();
  const { resource } = useResource<OrderView | null>(
    `checkout.order.${order ?? ''}`,
    (signal) => (order === null ? Promise.resolve(null) : hub.order(order, signal)),
    'fresh',
  );
  const known = resource.state === 'ready' ? resource.value : null;
  return known === null || known.state === 'open' || known.state === 'not_paid' ? (
    children
  ) : (
    <Navigate to={`/pay/${known.order}`} replace />
  );
}

function Held({ id }: { id: string }) {
  const hub = useHub();
  const { resource, reload, put } = useResource(
    `hold.${id}`,
    (signal) => hub.hold(id, signal),
    'fresh',
  );
  if (resource.state === 'loading') {
    return (
      <Loading>
        <Skeleton shape="title" />
        <Skeleton shape="row" count={3} />
      </Loading>
    );
  }
  if (resource.state === 'failed') {
    const { code } = resource.problem;
    return code === 'hold_expired' || code === 'hold_not_found' || code === 'not_found' ? (
      <Over screening={null} />
    ) : (
      <Failed problem={resource.problem} onRetry={reload} />
    );
  }
  return <Checkout hold={resource.value} onHold={put} />;
}

function Checkout({ hold, onHold }: { hold: HoldView; onHold: (hold: HoldView) => void }) {
  const hub = useHub();
  const t = useTexts();
  const [over, setOver] = useState(false);
  const { resource } = useResource(`screening.${hold.screening}`, (signal) =>
    hub.screening(hold.screening, signal),
  );
  const screening = resource.state === 'ready' ? resource.value : null;
  if (over) {
    return <Over screening={hold.screening} />;
  }
  return (
    <>
      <div className={styles.head}>
        <h1>{t('checkout.title')}</h1>
        <div className={styles.time}>
          <HoldClock
            hold={hold}
            onOver={() => {
              setOver(true);
            }}
          />
          <MoreTime client={hub} hold={hold} onHold={onHold} />
        </div>
      </div>
      <div className={styles.columns}>
        <BookForm
          hold={hold}
          screening={screening}
          onOver={() => {
            setOver(true);
          }}
        />
        <Order hold={hold} screening={screening} />
      </div>
    </>
  );
}

function Over({ screening }: { screening: number | null }) {
  const t = useTexts();
  return (
    <div role="alert">
      <Blank
        title={t('hold.over')}
        action={
          <Link className="button next" to={screening === null ? '/' : `/screenings/${screening}`}>
            {screening === null ? t('web.to_home') : t('hold.choose_again')}
          </Link>
        }
      >
        {t('hold.over_detail')}
      </Blank>
    </div>
  );
}
