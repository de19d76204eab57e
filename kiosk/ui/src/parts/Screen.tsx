// One screen of a visit: its question on top, what to choose from, and what to do next at the
// bottom, where the hand is.

import { useTexts } from '@moding/ui';
import { useEffect, type ReactNode } from 'react';

import styles from './screen.module.css';

interface ScreenProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  /** From left to right: back, then the way on. */
  actions?: ReactNode;
}

export function Screen({ title, lead, children, actions }: ScreenProps) {
  const t = useTexts();
  const name = t('kiosk.title');
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <div className={styles.screen}>
      <div className={styles.scroll}>
        <div className={styles.head}>
          <h1>{title}</h1>
          {lead !== undefined ? <div className={styles.lead}>{lead}</div> : null}
        </div>
        {children}
      </div>
      {actions !== undefined ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
