// One thing on which the gateway's list and the books do not agree, and what is decided about it.

import {
  dayAndClock,
  useLanguage,
  won,
  type BooksDecision,
  type BooksDifference,
  type ComparisonView,
} from '@moding/ui';

import { Confirm } from '../Confirm';
import { useConsole } from '../session';
import operator from '../operator.module.css';
import styles from './books.module.css';

interface DifferenceProps {
  comparison: ComparisonView;
  difference: BooksDifference;
  onChange: (comparison: ComparisonView) => void;
}

export function Difference({ comparison, difference, onChange }: DifferenceProps) {
  const { t } = useLanguage();
  const { decided } = difference;
  const open = comparison.state === 'finished' && (!decided || decided.state === 'refused');
  return (
    <article className={operator.claim} data-state="loses">
      <h3>{t(`books.what.${difference.what}`)}</h3>
      <Facts difference={difference} />
      <p>
        <strong>{t('books.repair')}</strong>: {t(`books.repair.${difference.repair}`)}
      </p>
      <Decided difference={difference} />
      {open ? (
        <Decisions comparison={comparison} difference={difference} onChange={onChange} />
      ) : null}
    </article>
  );
}

function Facts({ difference }: { difference: BooksDifference }) {
  const { t } = useLanguage();
  const side = (text: string | null | undefined, amount: number | null | undefined): string =>
    text ?? (amount == null ? t('books.nothing') : won(amount, t));
  return (
    <dl className="facts">
      <dt>{t('books.here')}</dt>
      <dd>{side(difference.here, difference.here_won)}</dd>
      <dt>{t('books.there')}</dt>
      <dd>{side(difference.there, difference.there_won)}</dd>
      {difference.order == null ? null : (
        <>
          <dt>{t('books.order')}</dt>
          <dd className={styles.key}>{difference.order}</dd>
        </>
      )}
      <dt>{t('books.gateway_order')}</dt>
      <dd className={styles.key}>{difference.gateway_order}</dd>
      <dt>{t('books.payment_key')}</dt>
      <dd className={styles.key}>{difference.payment_key}</dd>
    </dl>
  );
}

function Decided({ difference }: { difference: BooksDifference }) {
  const { language, t } = useLanguage();
  const { decided } = difference;
  if (!decided) {
    return null;
  }
  switch (decided.state) {
    case 'decided':
      return <p role="status">{t('books.decided.decided')}</p>;
    case 'done':
      return (
        <p role="status">
          {t('books.decided.done', { time: dayAndClock(decided.done_at, language) })}
        </p>
      );
    case 'refused':
      return <p role="status">{t('books.decided.refused', { code: decided.code })}</p>;
  }
}

function Decisions({ comparison, difference, onChange }: DifferenceProps) {
  const api = useConsole();
  const { t } = useLanguage();
  const named = (action: string): string => `${action}: ${difference.gateway_order}`;
  const carryOut = t(`books.carry_out.${difference.repair}`);
  const setAside = t('books.set_aside');
  const decide = (decision: BooksDecision) => async (note: string) => {
    const of = comparison.comparison;
    onChange(await api.decideDifference(of, difference.number, { decision, note }));
  };
  return (
    <div className={operator.orders}>
      {difference.can_be_carried_out ? (
        <Confirm
          action={carryOut}
          label={named(carryOut)}
          weight="next"
          title={t('books.decide_ask')}
          note="needed"
          onYes={decide('carry_out')}
        >
          {t('books.carry_out_detail')}
        </Confirm>
      ) : null}
      <Confirm
        action={setAside}
        label={named(setAside)}
        weight="quiet"
        title={t('books.decide_ask')}
        note="needed"
        onYes={decide('set_aside')}
      >
        {t('books.set_aside_detail')}
      </Confirm>
    </div>
  );
}
