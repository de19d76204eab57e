// What is about to be paid, and for how long the seats are kept.

import {
  Failed,
  HoldClock,
  Loading,
  MoreTime,
  Refusal,
  Skeleton,
  asProblem,
  placeName,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  useTexts,
  whenInFull,
  won,
  type HoldView,
  type PaymentView,
  type Problem,
} from '@moding/ui';
import { useId, useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { HoldOver } from '../parts/HoldOver';
import { Screen } from '../parts/Screen';
import { forgetHold } from '../visit';
import styles from './screens.module.css';

export function PayScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const id = useParams()['hold'] ?? '';
  const { resource, reload, put } = useResource(
    `hold.${id}`,
    (signal) => client.hold(id, signal),
    'fresh',
  );
  switch (resource.state) {
    case 'loading':
      return (
        <Screen title={t('kiosk.pay')}>
          <Loading>
            <Skeleton shape="row" count={4} />
          </Loading>
        </Screen>
      );
    case 'failed': {
      const { code } = resource.problem;
      const over = code === 'hold_expired' || code === 'hold_not_found' || code === 'not_found';
      return over ? (
        <HoldOver screening={null} />
      ) : (
        <Screen title={t('kiosk.pay')}>
          <Failed problem={resource.problem} onRetry={reload} />
        </Screen>
      );
    }
    case 'ready':
      return <Pay hold={resource.value} onHold={put} />;
  }
}

function Pay({ hold, onHold }: { hold: HoldView; onHold: (hold: HoldView) => void }) {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const pay = (begin: Begin): void => {
    setAsking(true);
    setProblem(null);
    begin(hold.hold)
      .then((where) => navigate(where, { replace: true }))
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  const back = (): void => {
    forgetHold();
    const seats = (): void => void navigate(`/screenings/${hold.screening}`, { replace: true });
    // Once the seats are free again they can be chosen again.
    client.releaseHold(hold.hold).then(seats, seats);
  };
  if (over) {
    return <HoldOver screening={hold.screening} />;
  }
  const amount = won(hold.amount_won, t);
  return (
    <Screen
      title={t('kiosk.pay')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={back} disabled={asking}>
            {t('kiosk.back')}
          </button>
          <Ways amount={amount} asking={asking} onPay={pay} />
        </>
      }
    >
      <div className={styles.time}>
        <HoldClock
          hold={hold}
          onOver={() => {
            setOver(true);
          }}
        />
        <MoreTime client={client} hold={hold} onHold={onHold} />
      </div>
      {problem ? <Refusal problem={problem} /> : null}
      <Order hold={hold} />
    </Screen>
  );
}

/** Begins to pay, and says where that goes on. */
type Begin = (hold: string) => Promise<string>;

interface WaysProps {
  amount: string;
  asking: boolean;
  onPay: (begin: Begin) => void;
}

const atTerminal = (payment: PaymentView): string => `/orders/${payment.order}`;

/** By card, on one's own phone, or in cash at the desk; what works now comes first. */
function Ways({ amount, asking, onPay }: WaysProps) {
  const { client, view } = useKiosk();
  const { t } = useLanguage();
  const noCard = view?.terminal.ready === false;
  return (
    <>
      {view?.desk === true ? (
        <button
          type="button"
          className={noCard ? 'button next' : 'button quiet'}
          onClick={() => {
            onPay(async (hold) => atTerminal(await client.payAtDesk(hold)));
          }}
          disabled={asking}
        >
          {t('till.pay_at_desk')}
        </button>
      ) : null}
      <ByPhone asking={asking} onPay={onPay} />
      <button
        type="button"
        className={noCard ? 'button quiet' : 'button next'}
        onClick={() => {
          onPay(async (hold) => atTerminal(await client.pay(hold)));
        }}
        disabled={asking || noCard}
      >
        {asking ? t('kiosk.pay_starting') : t('kiosk.pay_card', { amount })}
      </button>
    </>
  );
}

/** Where the web cannot be reached it stands there with the reason; where it is not offered at
 * all, nobody misses it. */
function ByPhone({ asking, onPay }: Omit<WaysProps, 'amount'>) {
  const { client, view } = useKiosk();
  const t = useTexts();
  const why = useId();
  const way = view?.by_phone ?? 'not_offered';
  if (way === 'not_offered') {
    return null;
  }
  const away = way === 'hub_unreachable';
  return (
    <div className={styles.way}>
      <button
        type="button"
        className="button quiet"
        onClick={() => {
          onPay(async (hold) => `/phone/${(await client.payByPhone(hold)).order}`);
        }}
        disabled={asking || away}
        aria-describedby={away ? why : undefined}
      >
        {t('phone.pay')}
      </button>
      {away ? <small id={why}>{t('phone.hub_unreachable')}</small> : null}
    </div>
  );
}

function Order({ hold }: { hold: HoldView }) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const { resource } = useResource(`screening.${hold.screening}`, (signal) =>
    client.screening(hold.screening, signal),
  );
  return (
    <div className={styles.order}>
      {resource.state === 'ready' ? (
        <div className={styles.orderHead}>
          <h2>{titleOf(resource.value.movie, language)}</h2>
          <p>{whenInFull(resource.value.time_label, resource.value.business_date, language)}</p>
          <p>
            {theaterName(resource.value.theater, language)} · {resource.value.auditorium.name}
          </p>
        </div>
      ) : (
        <Skeleton shape="row" />
      )}
      <ul>
        {hold.seats.map((seat) => (
          <li key={seat.seat}>
            <strong>{placeName(seat, t)}</strong>
            <span>{t(`seat.kind.${seat.kind}`)}</span>
            <span>{won(seat.price_won, t)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.total}>
        <span>{t('choice.total')}</span>
        <strong>{won(hold.amount_won, t)}</strong>
      </p>
    </div>
  );
}
