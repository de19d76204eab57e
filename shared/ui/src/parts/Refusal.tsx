// Why the server said no, with each seat it named.

import type { Problem } from '../api/request';
import { useTexts } from '../i18n/use-language';
import { shortLabel } from '../seat-map/seat-text';
import { Notice } from './Notice';

export function Refusal({ problem }: { problem: Problem }) {
  const t = useTexts();
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
    </Notice>
  );
}
