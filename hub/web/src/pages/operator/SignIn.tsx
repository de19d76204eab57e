// Name and credential; the credential is right when the hub answers to it.

import { Notice, asProblem, operatorClient, useLanguage, useTexts, type Problem } from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';

import { useSession } from './session';
import styles from './operator.module.css';

export function SignIn() {
  const { language, t } = useLanguage();
  const { signIn } = useSession();
  const id = useId();
  const [by, setBy] = useState('');
  const [secret, setSecret] = useState('');
  const [state, setState] = useState<'typing' | 'checked' | 'asking'>('typing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const nameless = state !== 'typing' && by.trim() === '';
  const enter = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    if (by.trim() === '' || secret === '') {
      setState('checked');
      return;
    }
    setState('asking');
    const operator = { by: by.trim(), secret };
    operatorClient(language, operator)
      .conflicts(0)
      .then(() => {
        signIn(operator);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('checked');
      });
  };
  return (
    <form className={styles.signIn} onSubmit={enter} noValidate>
      <h1>{t('operator.title')}</h1>
      <p className="soft">{t('operator.lead')}</p>
      <NameField by={by} wrong={nameless ? t('operator.name_missing') : null} onChange={setBy} />
      <div className="field">
        <label htmlFor={id}>{t('operator.credential')}</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          value={secret}
          onChange={(event) => {
            setSecret(event.target.value);
          }}
        />
      </div>
      {problem ? (
        <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
          {problem.code === 'forbidden' ? problem.message : undefined}
        </Notice>
      ) : null}
      <button type="submit" className="button next" disabled={state === 'asking'}>
        {t(state === 'asking' ? 'operator.signing_in' : 'operator.sign_in')}
      </button>
    </form>
  );
}

interface NameFieldProps {
  by: string;
  wrong: string | null;
  onChange: (by: string) => void;
}

function NameField({ by, wrong, onChange }: NameFieldProps) {
  const t = useTexts();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t('operator.name')}</label>
      <input
        id={id}
        autoComplete="name"
        value={by}
        aria-invalid={wrong !== null}
        aria-describedby={`${id}note`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}note`} className="wrong">
        {wrong}
      </p>
    </div>
  );
}
