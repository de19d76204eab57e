// Money goes back that was paid into an account, and waits: where to?

import {
  Notice,
  Refusal,
  asProblem,
  isMobile,
  phoneAsTyped,
  useAnnounce,
  useTexts,
  type Problem,
} from '@moding/ui';
import { useState, type SubmitEvent } from 'react';

import { useHub } from '../hub';
import { AccountFields } from './AccountFields';
import { PhoneField } from './PhoneField';
import { NO_ACCOUNT, accountOf } from './account';
import styles from './account.module.css';

interface AskAccountProps {
  /** The orders whose money waits. */
  orders: readonly string[];
  /** The number they were made with; null when this tab does not know it. */
  phone: string | null;
  onNamed: () => void;
}

export function AskAccount({ orders, phone: known, onNamed }: AskAccountProps) {
  const hub = useHub();
  const t = useTexts();
  const announce = useAnnounce();
  const [typed, setTyped] = useState(NO_ACCOUNT);
  const [phone, setPhone] = useState(known ?? '');
  const [checked, setChecked] = useState(false);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const account = accountOf(typed);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setChecked(true);
    setProblem(null);
    if (account === null || !isMobile(phone)) {
      return;
    }
    setAsking(true);
    Promise.all(orders.map((order) => hub.nameAccount(order, phone, account)))
      .then(() => {
        announce(t('account.named'));
        onNamed();
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setAsking(false);
      });
  };
  return (
    <form className={styles.ask} onSubmit={submit} noValidate>
      <Notice tone="care" live="status" title={t('account.needed')}>
        {t('account.needed_detail')}
      </Notice>
      {known === null ? (
        <PhoneField
          value={phone}
          wrong={checked && !isMobile(phone) ? t('checkout.phone_wrong') : null}
          onChange={(text) => {
            setPhone(phoneAsTyped(text));
          }}
        />
      ) : null}
      <AccountFields typed={typed} onChange={setTyped} />
      {checked && account === null ? (
        <Notice tone="care" live="alert">
          {t('problem.refund_account_invalid')}
        </Notice>
      ) : null}
      {problem ? <Refusal problem={problem} /> : null}
      <button type="submit" className="button next" disabled={asking}>
        {t('account.submit')}
      </button>
    </form>
  );
}
