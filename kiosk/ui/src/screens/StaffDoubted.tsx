// The seats in doubt of one screening: staff mark those that were sold, and say so twice.

import {
  Notice,
  placeName,
  shortLabel,
  titleOf,
  useLanguage,
  whenInFull,
  type Doubts,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { Screen } from '../parts/Screen';
import styles from './screens.module.css';

interface StaffDoubtedProps {
  doubts: Doubts;
  state: 'looking' | 'asking';
  problem: Problem | null;
  onSettle: (sold: readonly number[]) => void;
  onBack: () => void;
}

export function StaffDoubted({ doubts, state, problem, onSettle, onBack }: StaffDoubtedProps) {
  const { language, t } = useLanguage();
  const { showing, seats } = doubts;
  const [sold, setSold] = useState<ReadonlySet<number>>(new Set());
  const [sure, setSure] = useState<'marking' | 'sure'>('marking');
  const touch = (seat: number): void => {
    setSold((before) => toggled(before, seat));
    setSure('marking');
  };
  const count = { sold: sold.size, free: seats.length - sold.size };
  const when = whenInFull(showing.time_label, showing.business_date, language);
  return (
    <Screen
      title={titleOf(showing.movie, language)}
      lead={`${when} · ${showing.auditorium.name}`}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={state === 'asking'}
            onClick={() => {
              if (sure === 'sure') {
                onSettle([...sold]);
              } else {
                setSure('sure');
              }
            }}
          >
            {t(sure === 'sure' ? 'staff.settle_sure' : 'staff.settle')}
          </button>
        </>
      }
    >
      <div className={styles.note}>
        <Notice tone={sure === 'sure' ? 'care' : 'plain'} live="status">
          {t(sure === 'sure' ? 'staff.marked_sure' : 'staff.marked', count)}
        </Notice>
      </div>
      <Problems problem={problem} />
      <Seats doubts={doubts} sold={sold} onTouch={touch} />
    </Screen>
  );
}

export function Problems({ problem }: { problem: Problem | null }) {
  const { t } = useLanguage();
  return problem ? (
    <div className={styles.note}>
      <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
        {problem.message}
      </Notice>
    </div>
  ) : null;
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

function Seats({ doubts: { seats }, sold, onTouch }: SeatsProps) {
  const { t } = useLanguage();
  const rows = [...new Set(seats.map(({ row }) => row))];
  return rows.map((row) => (
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
            {sold.has(seat.seat) ? <small>{t('staff.sold')}</small> : null}
          </button>
        ))}
    </div>
  ));
}
