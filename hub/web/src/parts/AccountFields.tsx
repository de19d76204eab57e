// The bank account that money goes to which was paid into an account.

import { useLanguage } from '@moding/ui';
import { useId } from 'react';

import { banks } from './bank';
import type { TypedAccount } from './account';
import styles from './account.module.css';

interface AccountFieldsProps {
  typed: TypedAccount;
  /** Nothing goes on before it is filled in. */
  missing?: boolean;
  onChange: (typed: TypedAccount) => void;
}

export function AccountFields({ typed, missing, onChange }: AccountFieldsProps) {
  const { language, t } = useLanguage();
  const id = useId();
  return (
    <fieldset className={styles.fields}>
      <legend>{t('account.title')}</legend>
      <p className="faint">{t('account.why')}</p>
      <div className="field">
        <label htmlFor={`${id}bank`}>{t('account.bank')}</label>
        <select
          id={`${id}bank`}
          value={typed.bank}
          onChange={(event) => {
            onChange({ ...typed, bank: event.target.value });
          }}
        >
          <option value="">{t('account.choose')}</option>
          {banks(language).map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}number`}>{t('account.number')}</label>
        <input
          id={`${id}number`}
          inputMode="numeric"
          autoComplete="off"
          value={typed.number}
          onChange={(event) => {
            onChange({ ...typed, number: event.target.value });
          }}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}holder`}>{t('account.holder')}</label>
        <input
          id={`${id}holder`}
          autoComplete="name"
          value={typed.holder}
          onChange={(event) => {
            onChange({ ...typed, holder: event.target.value });
          }}
        />
      </div>
      {missing ? <p className="faint">{t('account.first')}</p> : null}
    </fieldset>
  );
}
