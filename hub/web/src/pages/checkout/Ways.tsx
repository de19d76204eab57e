// How to pay: now or at the theater; and what happens to money that comes too late.

import { useTexts, type IfGone } from '@moding/ui';
import { useId } from 'react';

import styles from './checkout.module.css';

export type { IfGone };
export type Way = 'now' | 'at_theater';

const WAYS = [
  { way: 'now', title: 'checkout.card', detail: 'checkout.card_detail' },
  { way: 'at_theater', title: 'checkout.pay_at_theater', detail: 'checkout.pay_at_theater_detail' },
] as const;

interface WaysProps {
  way: Way;
  ifGone: IfGone;
  /** A way that is not to be had. */
  off: Way | null;
  onWay: (way: Way) => void;
  onIfGone: (ifGone: IfGone) => void;
}

export function Ways({ way: chosen, ifGone, off, onWay, onIfGone }: WaysProps) {
  const t = useTexts();
  const id = useId();
  return (
    <fieldset className={styles.tender}>
      <legend>{t('checkout.tender')}</legend>
      {WAYS.map(({ way, title, detail }) => (
        <label key={way} htmlFor={`${id}${way}`} data-off={way === off ? '' : undefined}>
          <input
            id={`${id}${way}`}
            type="radio"
            name={id}
            checked={way === chosen}
            onChange={() => {
              onWay(way);
            }}
          />
          <span>
            <strong>{t(title)}</strong>
            <small>{t(detail)}</small>
          </span>
        </label>
      ))}
      {chosen === 'now' ? (
        <label htmlFor={`${id}gone`} className={styles.ifGone}>
          <input
            id={`${id}gone`}
            type="checkbox"
            checked={ifGone === 'other_seats_in_zone'}
            onChange={(event) => {
              onIfGone(event.target.checked ? 'other_seats_in_zone' : 'refund');
            }}
          />
          <span>
            {t('checkout.if_gone')}
            <small>{t('checkout.if_gone_detail')}</small>
          </span>
        </label>
      ) : null}
    </fieldset>
  );
}
