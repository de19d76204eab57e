// Why the server said no, with each seat it named.

import type { Problem } from '../api/request';
import { useTexts } from '../i18n/use-language';
import { shortLabel, shortLabels } from '../seat-map/seat-text';
import { Notice } from './Notice';

interface RefusalProps {
  problem: Problem;
  /** Takes the seats that are offered instead. */
  onTake?: (seats: readonly number[]) => void;
}

export function Refusal({ problem, onTake }: RefusalProps) {
  const t = useTexts();
  const { suggestion } = problem;
  return (
    <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
      {problem.seats.length > 0 ? (
        <ul>
          {problem.seats.map(({ seat, row, number, reason }) => (
            <li key={seat}>
              {row === '' ? '' : `${shortLabel({ row, number })}: `}
              {t(`refusal.${reason}`)}
            </li>
          ))}
        </ul>
      ) : undefined}
      {onTake && suggestion.length > 0 ? (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            onTake(suggestion.map(({ seat }) => seat));
          }}
        >
          {t('refusal.instead', { seats: shortLabels(suggestion) })}
        </button>
      ) : undefined}
    </Notice>
  );
}
