// "How many of you?": the quickest way to good seats.

import { useState } from 'react';

import { useTexts } from '../i18n/use-language';
import type { SeatChoice } from '../seat-map/use-seat-choice';
import styles from './parts.module.css';

const SIZES = [1, 2, 3, 4, 5, 6] as const;

interface PartyPickerProps {
  choice: SeatChoice;
  /** Whether this room has places for wheelchairs. */
  wheelchairs: 'there' | 'none';
}

export function PartyPicker({ choice, wheelchairs }: PartyPickerProps) {
  const t = useTexts();
  const [need, setNeed] = useState<'seats' | 'wheelchair'>('seats');
  return (
    <fieldset className={styles.party}>
      <legend>{t('party.label')}</legend>
      <div className={styles.sizes}>
        {SIZES.map((size) => (
          <button
            key={size}
            type="button"
            aria-pressed={choice.seats.length === size}
            onClick={() => {
              choice.offer(size, need);
            }}
          >
            {t('party.size', { count: size })}
          </button>
        ))}
      </div>
      {wheelchairs === 'there' ? (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={need === 'wheelchair'}
            onChange={(event) => {
              setNeed(event.target.checked ? 'wheelchair' : 'seats');
            }}
          />
          {t('party.accessible')}
        </label>
      ) : null}
    </fieldset>
  );
}
