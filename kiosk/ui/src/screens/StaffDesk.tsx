// Orders that wait for cash: the staff choose one, type what they were given, and see the change.

import {
  Blank,
  Loading,
  Skeleton,
  asProblem,
  placeName,
  titleOf,
  useLanguage,
  won,
  type CashTaken,
  type DeskOrder,
  type Problem,
} from '@moding/ui';
import { useCallback, useEffect, useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { Problems } from './StaffDoubted';
import { StaffTakeCash } from './StaffTakeCash';
import { Tickets } from './Tickets';
import styles from './screens.module.css';

const ASK_MS = 2_000;

interface StaffPageProps {
  pin: string;
  onBack: () => void;
}

export function StaffDesk({ pin, onBack }: StaffPageProps) {
  const { t } = useLanguage();
  const { orders, problem, ask } = useDesk(pin);
  const [chosen, setChosen] = useState<DeskOrder | null>(null);
  const [taken, setTaken] = useState<CashTaken | null>(null);
  const next = (): void => {
    setChosen(null);
    setTaken(null);
    ask();
  };
  if (taken) {
    return <Taken taken={taken} onNext={next} />;
  }
  if (chosen) {
    return <StaffTakeCash pin={pin} order={chosen} onTaken={setTaken} onLeave={next} />;
  }
  return (
    <Screen
      title={t('till.desk')}
      lead={orders && orders.length > 0 ? t('till.desk_waiting', { count: orders.length }) : undefined}
      actions={
        <button type="button" className="button quiet" onClick={onBack}>
          {t('kiosk.back')}
        </button>
      }
    >
      <Problems problem={problem} />
      <Orders orders={orders} onChoose={setChosen} />
    </Screen>
  );
}

/** The orders, asked for again and again: somebody may choose cash at any moment. */
function useDesk(pin: string) {
  const { client } = useKiosk();
  const [orders, setOrders] = useState<readonly DeskOrder[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = useCallback(
    (signal?: AbortSignal): void => {
      client
        .deskOrders(pin, signal)
        .then((desk) => {
          setOrders(desk.orders);
          setProblem(null);
        })
        .catch((error: unknown) => {
          if (signal?.aborted !== true) {
            setProblem(asProblem(error));
          }
        });
    },
    [client, pin],
  );
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal);
    const timer = setInterval(() => {
      ask(abort.signal);
    }, ASK_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [ask]);
  return { orders, problem, ask };
}

interface OrdersProps {
  orders: readonly DeskOrder[] | null;
  onChoose: (order: DeskOrder) => void;
}

function Orders({ orders, onChoose }: OrdersProps) {
  const { language, t } = useLanguage();
  if (orders === null) {
    return (
      <Loading>
        <Skeleton shape="row" count={3} />
      </Loading>
    );
  }
  if (orders.length === 0) {
    return <Blank title={t('till.desk_none')}>{t('till.desk_none_detail')}</Blank>;
  }
  return (
    <ul className={styles.entries}>
      {orders.map((order) => (
        <li key={order.order}>
          <button
            type="button"
            onClick={() => {
              onChoose(order);
            }}
          >
            <strong>
              {order.desk_number} · {won(order.amount_won, t)}
            </strong>
            <small>
              {titleOf(order.showing.movie, language)} ·{' '}
              {order.seats.map((seat) => placeName(seat, t)).join(', ')}
              {order.pledge_tickets === null || order.pledge_tickets === undefined
                ? ''
                : t('join.desk_order', { count: order.pledge_tickets })}
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Taken({ taken, onNext }: { taken: CashTaken; onNext: () => void }) {
  const { t } = useLanguage();
  const change = won(taken.change_won, t);
  return (
    <Screen
      title={t('till.taken')}
      actions={
        <button type="button" className="button next" onClick={onNext}>
          {t('till.next_order')}
        </button>
      }
    >
      <p className={styles.amount} role="status">
        {taken.change_won > 0 ? t('till.change', { amount: change }) : t('till.no_change')}
      </p>
      {taken.payment.booking ? <Tickets booking={taken.payment.booking} /> : null}
    </Screen>
  );
}
