// A calm note beside what it is about. The tone has an icon: never colour alone.

import type { ReactNode } from 'react';

import styles from './parts.module.css';

export type Tone = 'plain' | 'away' | 'care' | 'done';

const ICONS: Record<Tone, string> = {
  plain: 'M10 9V14M10 6V6.2',
  away: 'M4 10C6 6.5 14 6.5 16 10M7 12.6C8.5 11 11.5 11 13 12.6M4 4 16 16',
  care: 'M10 6V11M10 14V14.2',
  done: 'M5.5 10.4 8.7 13.4 14.5 6.8',
};

interface NoticeProps {
  tone: Tone;
  title?: string | undefined;
  children?: ReactNode;
  action?: ReactNode;
  /** Spoken when it appears. */
  live?: 'status' | 'alert' | undefined;
}

export function Notice({ tone, title, children, action, live }: NoticeProps) {
  return (
    <div className={styles.notice} data-tone={tone} role={live}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="9" />
        <path d={ICONS[tone]} />
      </svg>
      <div className={styles.noticeText}>
        {title !== undefined ? <strong>{title}</strong> : null}
        {children !== undefined ? <div>{children}</div> : null}
      </div>
      {action !== undefined ? <div className={styles.noticeAction}>{action}</div> : null}
    </div>
  );
}
