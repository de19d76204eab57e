// What cannot be undone is asked once more.

import { Notice, asProblem, useTexts, type Problem } from '@moding/ui';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import styles from './ask.module.css';

interface AskProps {
  /** The text of the button that opens the question. */
  action: string;
  title: string;
  yes: string;
  no: string;
  disabled?: boolean;
  children: ReactNode;
  onYes: () => Promise<void>;
}

export function Ask({ action, title, yes, no, disabled, children, onYes }: AskProps) {
  const t = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement | null>(null);
  const [state, setState] = useState<'closed' | 'open' | 'asking'>('closed');
  const [problem, setProblem] = useState<Problem | null>(null);
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
  const carryOut = (): void => {
    setState('asking');
    setProblem(null);
    onYes()
      .then(close)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('open');
      });
  };
  return (
    <>
      <button
        type="button"
        className={styles.open}
        disabled={disabled}
        onClick={() => {
          setState('open');
        }}
      >
        {action}
      </button>
      <dialog ref={dialog} className={styles.dialog} aria-labelledby={id} onClose={close}>
        <h2 id={id}>{title}</h2>
        <div className="soft">{children}</div>
        {problem ? (
          <Notice tone="care" live="alert">
            {t(`problem.${problem.code}`)}
          </Notice>
        ) : null}
        <div className={styles.actions}>
          <button type="button" className="button quiet" onClick={close}>
            {no}
          </button>
          <button
            type="button"
            className="button next"
            disabled={state === 'asking'}
            onClick={carryOut}
          >
            {yes}
          </button>
        </div>
      </dialog>
    </>
  );
}
