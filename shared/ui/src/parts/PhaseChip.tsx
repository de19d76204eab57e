// A campaign's state in two words. The mood has a sign of its own: never colour alone.

import type { Phase } from '../api/types';
import { phaseMood } from '../format/campaign';
import { useTexts } from '../i18n/use-language';
import styles from './goal.module.css';

const SIGNS = {
  going: 'M6 1V6L9 8',
  good: 'M1.5 6.5 4.5 9.5 10.5 2.5',
  over: 'M2 6H10',
} as const;

export function PhaseChip({ phase }: { phase: Phase }) {
  const t = useTexts();
  const mood = phaseMood(phase);
  return (
    <span className={styles.phase} data-mood={mood} data-phase={phase}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={SIGNS[mood]} />
      </svg>
      {t(`phase.${phase}`)}
    </span>
  );
}
