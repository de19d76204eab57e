// One day of the gateway's list against ours: what does not agree, and what puts it right.

import {
  Notice,
  Refusal,
  asProblem,
  dayAndClock,
  useEvery,
  useLanguage,
  type BooksDifference,
  type ComparisonView,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';

import { useConsole } from '../session';
import { Difference } from './Difference';
import { dayBefore, dayInKorea } from './day';
import operator from '../operator.module.css';
import styles from './books.module.css';

/** The gateway is asked, or its answer is waited for. */
const FOLLOW_MS = 3_000;

function isOpen({ decided }: BooksDifference): boolean {
  return decided?.state === 'decided';
}

export function Comparison() {
  const api = useConsole();
  const { t } = useLanguage();
  const id = useId();
  const [latest] = useState(() => dayBefore(Date.now()));
  const [day, setDay] = useState(latest);
  const [state, setState] = useState<'idle' | 'asking'>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [found, setFound] = useState<ComparisonView | null>(null);
  const compare = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const stretch = dayInKorea(day);
    if (stretch === null) {
      return;
    }
    setState('asking');
    setProblem(null);
    api
      .compareBooks(stretch)
      .then(setFound)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setState('idle');
      });
  };
  const goesOn = found !== null && (found.state !== 'finished' || found.differences.some(isOpen));
  useEvery(FOLLOW_MS, () => {
    if (goesOn) {
      api.comparison(found.comparison).then(setFound, () => undefined);
    }
  });
  return (
    <section className={styles.comparison} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{t('books.compare')}</h2>
      <p className="soft">{t('books.compare_why')}</p>
      <form onSubmit={compare}>
        <div className="field">
          <label htmlFor={id}>{t('books.day')}</label>
          <input
            id={id}
            type="date"
            required
            max={latest}
            value={day}
            onChange={(event) => {
              setDay(event.target.value);
            }}
          />
        </div>
        <button type="submit" className="button quiet" disabled={state === 'asking'}>
          {t(state === 'asking' ? 'books.comparing' : 'books.compare_now')}
        </button>
      </form>
      {problem ? <Refusal problem={problem} /> : null}
      {found ? <Found comparison={found} onChange={setFound} /> : null}
    </section>
  );
}

interface FoundProps {
  comparison: ComparisonView;
  onChange: (comparison: ComparisonView) => void;
}

function Found({ comparison, onChange }: FoundProps) {
  const { language, t } = useLanguage();
  const { differences, transactions } = comparison;
  const progress = (): string => {
    switch (comparison.state) {
      case 'asked':
        return t('books.asked', { time: dayAndClock(comparison.next_read_at, language) });
      case 'reread':
        return t('books.reread', { time: dayAndClock(comparison.next_read_at, language) });
      case 'finished':
        return t('books.finished', { time: dayAndClock(comparison.finished_at, language) });
    }
  };
  const agrees = comparison.state === 'finished' && differences.length === 0;
  return (
    <div role="status" className={styles.found}>
      {comparison.state === 'asked' ? (
        <Notice tone="plain">{progress()}</Notice>
      ) : (
        <Notice
          tone={agrees ? 'done' : 'care'}
          title={
            differences.length === 0
              ? t('books.agrees', { count: transactions })
              : t('books.differences', { count: differences.length })
          }
        >
          {progress()}
        </Notice>
      )}
      <ul className={operator.claims}>
        {differences.map((difference) => (
          <li key={difference.number}>
            <Difference comparison={comparison} difference={difference} onChange={onChange} />
          </li>
        ))}
      </ul>
    </div>
  );
}
