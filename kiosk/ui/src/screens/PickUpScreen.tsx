// A booking that was made elsewhere, found by its number.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  useResource,
  useTexts,
  won,
  type BookingView,
} from '@moding/ui';
import { useNavigate, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { useEndVisit } from '../use-visit';
import { Tickets } from './Tickets';
import styles from './screens.module.css';

export function PickUpScreen() {
  const { client } = useKiosk();
  const t = useTexts();
  const number = useParams()['number'] ?? '';
  const { resource, reload } = useResource(
    `booking.${number}`,
    (signal) => client.pickUp(number, signal),
    'fresh',
  );
  switch (resource.state) {
    case 'loading':
      return (
        <Screen title={t('kiosk.pick_up')}>
          <Loading>
            <Skeleton shape="row" count={3} />
          </Loading>
        </Screen>
      );
    case 'failed':
      return resource.problem.code === 'not_found' ? (
        <Unknown number={number} />
      ) : (
        <Screen title={t('kiosk.pick_up')}>
          <Failed problem={resource.problem} onRetry={reload} />
        </Screen>
      );
    case 'ready':
      return <Found booking={resource.value} />;
  }
}

function Unknown({ number }: { number: string }) {
  const { view } = useKiosk();
  const t = useTexts();
  const navigate = useNavigate();
  const offline = view?.link.state === 'offline';
  return (
    <Screen
      title={t('kiosk.pick_up')}
      actions={
        <button
          type="button"
          className="button next"
          onClick={() => void navigate('/bookings', { replace: true })}
        >
          {t('action.retry')}
        </button>
      }
    >
      <div role="alert">
        <Blank title={number}>
          {t(offline ? 'kiosk.number_unknown_offline' : 'kiosk.number_unknown')}
        </Blank>
      </div>
    </Screen>
  );
}

function Found({ booking }: { booking: BookingView }) {
  const t = useTexts();
  const endVisit = useEndVisit();
  const cancelled = booking.state === 'cancelled';
  return (
    <Screen
      title={t(cancelled ? 'booking.cancelled' : 'kiosk.found')}
      actions={
        <button type="button" className="button next" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      }
    >
      {!booking.paid && !cancelled ? (
        <div className={styles.note}>
          <Notice tone="care">
            {t('kiosk.unpaid', { amount: won(booking.amount_won, t) })}
          </Notice>
        </div>
      ) : null}
      <Tickets booking={booking} />
    </Screen>
  );
}
