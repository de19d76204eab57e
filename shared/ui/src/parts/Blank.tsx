// Nothing here, or it went wrong: what that means and what to do next.

import type { ReactNode } from 'react';

import type { Problem } from '../api/request';
import { useTexts } from '../i18n/use-language';
import styles from './parts.module.css';

interface BlankProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Blank({ title, children, action }: BlankProps) {
  return (
    <div className={styles.blank}>
      <svg viewBox="0 0 64 40" aria-hidden="true">
        <path d="M4 34V8Q32 -2 60 8V34" />
        <path d="M14 34H22M28 34H36M42 34H50" />
      </svg>
      <h2>{title}</h2>
      {children !== undefined ? <div className={styles.blankText}>{children}</div> : null}
      {action !== undefined ? <div className={styles.blankAction}>{action}</div> : null}
    </div>
  );
}

/** A page that could not be read. */
export function Failed({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const t = useTexts();
  return (
    <div role="alert">
      <Blank
        title={t(`problem.${problem.code}`)}
        action={
          <button type="button" className="button quiet" onClick={onRetry}>
            {t('action.retry')}
          </button>
        }
      />
    </div>
  );
}
