// The seats in doubt, one screening after the other: staff mark those that were sold.

import {
  Blank,
  Notice,
  asProblem,
  placeName,
  shortLabel,
  titleOf,
  useAnnounce,
  useLanguage,
  whenInFull,
  type Doubts,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { useEndVisit } from '../use-visit';
import styles from './screens.module.css';

interface StaffDoubtsProps {
  pin: string;
  first: readonly Doubts[];
}

export function StaffDoubts({ pin, first }: StaffDoubtsProps) {
  const { t } = useLanguage();
  const endVisit = useEndVisit();
  const { doubts, sold, touch, state, problem, settle } = useLooking(pin, first);
  if (doubts === undefined) {
    return (
      <Screen
        title={t('staff.title')}
        actions={
          <button type="button" className="button next" onClick={endVisit}>
            {t('kiosk.finish')}
          </button>
        }
      >
        <Blank title={t('staff.none')} />
      </Screen>
    );
  }
  return (
    <Screen
      title={t('staff.doubts')}
      lead={t('staff.doubts_detail')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={endVisit}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={state === 'asking'}
            onClick={() => {
              settle(doubts);
            }}
          >
            {t('staff.settle')}
          </button>
        </>
      }
    >
      <div className={styles.note}>
        <Notice tone="plain" live="status">
          {t('staff.marked', { sold: sold.size, free: doubts.seats.length - sold.size })}
        </Notice>
        {problem ? (
          <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
            {problem.message}
          </Notice>
        ) : null}
      </div>
      <Seats key={doubts.showing.screening} doubts={doubts} sold={sold} onTouch={touch} />
    </Screen>
  );
}

interface Looking {
  /** The screening to look at now; none when all is done. */
  doubts: Doubts | undefined;
  sold: ReadonlySet<number>;
  touch: (seat: number) => void;
  state: 'looking' | 'asking';
  problem: Problem | null;
  settle: (doubts: Doubts) => void;
}

function useLooking(pin: string, first: readonly Doubts[]): Looking {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [left, setLeft] = useState(first);
  const [sold, setSold] = useState<ReadonlySet<number>>(new Set());
  const [state, setState] = useState<'looking' | 'asking'>('looking');
  const [problem, setProblem] = useState<Problem | null>(null);
  const touch = (seat: number): void => {
    setSold((before) => toggled(before, seat));
  };
  const settle = (doubts: Doubts): void => {
    setState('asking');
    setProblem(null);
    client
      .settleDoubts(pin, doubts.showing.screening, [...sold])
      .then(({ free }) => {
        announce(t('staff.settled', { count: free }));
        setLeft((before) => before.slice(1));
        setSold(new Set());
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setState('looking');
      });
  };
  return { doubts: left[0], sold, touch, state, problem, settle };
}

function toggled(before: ReadonlySet<number>, seat: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(seat)) {
    after.add(seat);
  }
  return after;
}

interface SeatsProps {
  doubts: Doubts;
  sold: ReadonlySet<number>;
  onTouch: (seat: number) => void;
}

function Seats({ doubts, sold, onTouch }: SeatsProps) {
  const { language, t } = useLanguage();
  const { showing, seats } = doubts;
  const rows = [...new Set(seats.map(({ row }) => row))];
  return (
    <>
      <h2 className={styles.doubted}>
        {titleOf(showing.movie, language)}
        <small>
          {whenInFull(showing.time_label, showing.business_date, language)} ·{' '}
          {showing.auditorium.name}
        </small>
      </h2>
      {rows.map((row) => (
        <div key={row} role="group" aria-label={t('seat.row', { row })} className={styles.doubts}>
          {seats
            .filter((seat) => seat.row === row)
            .map((seat) => (
              <button
                key={seat.seat}
                type="button"
                aria-pressed={sold.has(seat.seat)}
                aria-label={placeName(seat, t)}
                onClick={() => {
                  onTouch(seat.seat);
                }}
              >
                {shortLabel(seat)}
              </button>
            ))}
        </div>
      ))}
    </>
  );
}
