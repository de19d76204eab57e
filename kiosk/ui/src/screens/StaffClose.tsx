// The daily close: the staff count the drawer, and every difference is named.

import {
  Notice,
  asProblem,
  useLanguage,
  useResource,
  won,
  type CloseView,
  type Difference,
  type Problem,
  type TillTotals,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import { dayAndTime, useAmount } from '../till';
import { Problems } from './StaffDoubted';
import styles from './screens.module.css';

interface StaffPageProps {
  pin: string;
  onBack: () => void;
}

export function StaffClose({ pin, onBack }: StaffPageProps) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const { amount, press, erase, clear } = useAmount();
  const [closed, setClosed] = useState<CloseView | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { resource } = useResource('closes', (signal) => client.closes(pin, signal), 'fresh');
  if (closed) {
    return <Closed close={closed} onBack={onBack} />;
  }
  const till = resource.state === 'ready' ? resource.value : null;
  const close = (): void => {
    setAsking(true);
    setProblem(null);
    client
      .closeDay(pin, amount ?? 0)
      .then(setClosed)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  const last = till?.last_closed_at ?? null;
  return (
    <Screen
      title={t('till.close')}
      lead={t('till.close_lead')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={asking || till === null || amount === null}
            onClick={close}
          >
            {t('till.close_date', { date: till?.business_date ?? '' })}
          </button>
        </>
      }
    >
      <Problems problem={problem} />
      <p className={styles.summary}>
        {last === null
          ? t('till.close_never')
          : t('till.close_last', { time: dayAndTime(last, language) })}
      </p>
      <output className={styles.typed} aria-label={t('till.counted')}>
        {won(amount ?? 0, t)}
      </output>
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}

function Closed({ close, onBack }: { close: CloseView; onBack: () => void }) {
  const { t } = useLanguage();
  const { differences } = close;
  return (
    <Screen
      title={t('till.closed', { date: close.business_date })}
      actions={
        <button type="button" className="button next" onClick={onBack}>
          {t('kiosk.finish')}
        </button>
      }
    >
      <div className={styles.note}>
        <Notice
          tone={differences.length === 0 ? 'plain' : 'care'}
          live="status"
          title={
            differences.length === 0
              ? t('till.close_right')
              : t('till.close_differs', { count: differences.length })
          }
        >
          {differences.length === 0 ? undefined : <Differences differences={differences} />}
        </Notice>
      </div>
      <div className={styles.order}>
        <ul>
          <Sums name={t('till.cash')} totals={close.cash} />
          <Sums name={t('till.card')} totals={close.card} />
          <Sums name={t('till.terminal')} totals={close.terminal} />
        </ul>
        <p className={styles.total}>
          <span>{t('till.counted')}</span>
          <strong>{won(close.counted_cash_won, t)}</strong>
        </p>
      </div>
    </Screen>
  );
}

function Sums({ name, totals }: { name: string; totals: TillTotals }) {
  const { t } = useLanguage();
  const taken = { amount: won(totals.taken_won, t), count: totals.taken_count };
  const back = { amount: won(totals.given_back_won, t), count: totals.given_back_count };
  return (
    <li>
      <strong>{name}</strong>
      <span>
        {t('till.taken_sum', taken)}
        {totals.given_back_count > 0 ? `, ${t('till.back_sum', back)}` : ''}
      </span>
      <span>{won(totals.taken_won - totals.given_back_won, t)}</span>
    </li>
  );
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  const { t } = useLanguage();
  return (
    <ul>
      {differences.map((each) => {
        const text = described(each, t);
        return <li key={text}>{text}</li>;
      })}
    </ul>
  );
}

function described(difference: Difference, t: ReturnType<typeof useLanguage>['t']): string {
  switch (difference.what) {
    case 'only_at_terminal':
    case 'only_here':
      return t(`till.difference.${difference.what}`, {
        amount: won(difference.amount_won, t),
        approval: difference.approval_no,
      });
    case 'amount_differs':
      return t('till.difference.amount_differs', {
        here: won(difference.here_won, t),
        there: won(difference.terminal_won, t),
      });
    case 'still_open':
      return t('till.difference.still_open', { amount: won(difference.amount_won, t) });
    case 'cash_differs': {
      const over = difference.counted_won - difference.expected_won;
      return t(over > 0 ? 'till.difference.cash_over' : 'till.difference.cash_short', {
        amount: won(Math.abs(over), t),
        expected: won(difference.expected_won, t),
      });
    }
  }
}
