// One order at the desk: what it costs, what was given, and the change before it is taken.

import {
  asProblem,
  placeName,
  titleOf,
  useLanguage,
  won,
  type CashTaken,
  type DeskOrder,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import { useAmount } from '../till';
import { Problems } from './StaffDoubted';
import styles from './screens.module.css';

interface StaffTakeCashProps {
  pin: string;
  order: DeskOrder;
  onTaken: (taken: CashTaken) => void;
  /** Nothing was taken. */
  onLeave: () => void;
}

export function StaffTakeCash({ pin, order, onTaken, onLeave }: StaffTakeCashProps) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const { amount: given, press, erase, clear, set } = useAmount();
  const [state, setState] = useState<'typing' | 'asking'>('typing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const carryOut = (asked: Promise<void>): void => {
    setState('asking');
    setProblem(null);
    asked.catch((error: unknown) => {
      setProblem(asProblem(error));
      setState('typing');
    });
  };
  const change = (given ?? 0) - order.amount_won;
  const seats = order.seats.map((seat) => placeName(seat, t)).join(', ');
  return (
    <Screen
      title={`${order.desk_number} · ${won(order.amount_won, t)}`}
      lead={`${titleOf(order.showing.movie, language)} · ${seats}`}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onLeave}>
            {t('kiosk.back')}
          </button>
          <Refuse
            asking={state === 'asking'}
            onYes={() => {
              carryOut(client.refuseAtDesk(pin, order.order).then(onLeave));
            }}
          />
          <button
            type="button"
            className="button next"
            disabled={state === 'asking' || given === null || change < 0}
            onClick={() => {
              carryOut(client.takeCash(pin, order.order, given ?? 0).then(onTaken));
            }}
          >
            {t('till.take', { amount: won(given ?? 0, t) })}
          </button>
        </>
      }
    >
      <Problems problem={problem} />
      <output className={styles.typed} aria-label={t('till.given')}>
        {won(given ?? 0, t)}
      </output>
      <p className={`${styles.summary} ${styles.note}`} role="status">
        <strong>
          {change > 0 ? t('till.change', { amount: won(change, t) }) : t('till.no_change')}
        </strong>
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            set(order.amount_won);
          }}
        >
          {t('till.exactly')}
        </button>
      </p>
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}

/** Asked twice: the customer loses the seats. */
function Refuse({ asking, onYes }: { asking: boolean; onYes: () => void }) {
  const { t } = useLanguage();
  const [sure, setSure] = useState(false);
  return (
    <button
      type="button"
      className="button quiet"
      disabled={asking}
      onClick={() => {
        if (sure) {
          onYes();
        }
        setSure(!sure);
      }}
    >
      {t(sure ? 'till.refuse_sure' : 'till.refuse')}
    </button>
  );
}
