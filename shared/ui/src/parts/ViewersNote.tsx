// N명이 보고 있어요: how many look at the same thing now. Nothing is said while only the reader
// does, or while nobody knows.

import { counted } from '../format/money';
import { useLanguage } from '../i18n/use-language';
import styles from './parts.module.css';

export function ViewersNote({ viewers }: { viewers: number | null }) {
  const { t } = useLanguage();
  return viewers === null || viewers < 2 ? null : (
    <span className={styles.viewers} data-viewers={viewers}>
      {t('live.viewers', { count: counted(viewers) })}
    </span>
  );
}
