// What cannot be undone is asked once more, with room for a note that is kept.

import { Notice, asProblem, useTexts, type Problem } from '@moding/ui';
import { useEffect, useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';

import styles from './operator.module.css';

interface ConfirmProps {
  /** The text of the button that opens the question. */
  action: string;
  /** For a screen reader, when the same action stands on the page more than once. */
  label?: string;
  weight: 'next' | 'quiet';
  title: string;
  children: ReactNode;
  note: 'needed' | 'welcome';
  /** Carries it out; what it resolves to is the caller's. */
  onYes: (note: string) => Promise<void>;
  disabled?: boolean;
}

export function Confirm(props: ConfirmProps) {
  const { action, label, weight, title, children, disabled } = props;
  const dialog = useRef<HTMLDialogElement | null>(null);
  const [state, setState] = useState<'closed' | 'open'>('closed');
  const id = useId();
  useEffect(() => {
    if (state === 'closed') {
      dialog.current?.close();
    } else if (dialog.current?.open === false) {
      dialog.current.showModal();
    }
  }, [state]);
  const close = (): void => {
    setState('closed');
  };
  const closed = (): void => {
    if (dialog.current?.open !== true) {
      close();
    }
  };
  return (
    <>
      <button
        type="button"
        className={`button ${weight}`}
        aria-label={label}
        disabled={disabled}
        onClick={() => {
          setState('open');
          // Somebody may be faster than the event that tells of the last closing.
          if (dialog.current?.open === false) {
            dialog.current.showModal();
          }
        }}
      >
        {action}
      </button>
      <dialog ref={dialog} className={styles.dialog} aria-labelledby={id} onClose={closed}>
        <h2 id={id}>{title}</h2>
        <div className="soft">{children}</div>
        {state === 'open' ? <Question {...props} onClose={close} /> : null}
      </dialog>
    </>
  );
}

function Question({ note: wish, onYes, onClose }: ConfirmProps & { onClose: () => void }) {
  const t = useTexts();
  const id = useId();
  const [note, setNote] = useState('');
  const [state, setState] = useState<'open' | 'checked' | 'asking'>('open');
  const [problem, setProblem] = useState<Problem | null>(null);
  const missing = wish === 'needed' && note.trim() === '';
  const yes = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    if (missing) {
      setState('checked');
      return;
    }
    setState('asking');
    onYes(note.trim())
      .then(onClose)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('checked');
      });
  };
  const wrong = missing && state === 'checked';
  return (
    <form onSubmit={yes} noValidate>
      <div className="field">
        <label htmlFor={id}>{t('operator.note')}</label>
        <input
          id={id}
          autoComplete="off"
          value={note}
          aria-invalid={wrong}
          aria-describedby={`${id}why`}
          onChange={(event) => {
            setNote(event.target.value);
          }}
        />
        <p id={`${id}why`} className={wrong ? 'wrong' : 'why'}>
          {t(wrong ? 'operator.note_missing' : 'operator.note_why')}
        </p>
      </div>
      {problem ? (
        <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
          {problem.message}
        </Notice>
      ) : null}
      <div className={styles.dialogActions}>
        <button type="button" className="button quiet" onClick={onClose}>
          {t('operator.no')}
        </button>
        <button type="submit" className="button next" disabled={state === 'asking'}>
          {t('operator.yes')}
        </button>
      </div>
    </form>
  );
}
