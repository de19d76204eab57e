// One line when something is away, and what still works.

import { useOfflineText, useTexts } from '@moding/ui';

import { useKiosk } from '../kiosk';
import styles from './frame.module.css';

export function StatusLine() {
  const t = useTexts();
  const { view } = useKiosk();
  const byHand = useOfflineText(view);
  const text = ((): string | null => {
    if (!view) {
      return null;
    }
    if (!view.theater) {
      return t('kiosk.setting_up');
    }
    if (view.by_hand.state === 'on') {
      return byHand;
    }
    if (view.link.state === 'offline') {
      return t(view.terminal.ready ? 'kiosk.offline' : 'kiosk.offline_no_terminal');
    }
    if (view.terminal.line_down) {
      return t(view.desk ? 'till.line_down_desk' : 'till.line_down');
    }
    if (!view.terminal.ready) {
      return t('kiosk.terminal_away');
    }
    if (view.link.state === 'slow') {
      return t('kiosk.slow');
    }
    return byHand;
  })();
  return (
    <div role="status" className={styles.status} hidden={text === null}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="9" />
        <path d="M4 10C6 6.5 14 6.5 16 10M7 12.6C8.5 11 11.5 11 13 12.6M4 4 16 16" />
      </svg>
      <p>{text}</p>
    </div>
  );
}
