// The last searches of this browser, below an empty search field, each with a way to forget it.

import { useTexts } from '@moding/ui';

import styles from './search-box.module.css';
import type { SearchBoxState } from './use-search-box';

export function Recents({ search }: { search: SearchBoxState }) {
  const t = useTexts();
  return (
    <div className={styles.list}>
      <p className={styles.head}>
        <span>{t('search.recent')}</span>
        <button type="button" className={styles.forget} onClick={search.forgetAll}>
          {t('search.forget_all')}
        </button>
      </p>
      <div className={styles.recents}>
        <ul id={`${search.id}recent`} role="listbox" aria-label={t('search.recent')}>
          {search.recent.map((term, at) => (
            <li
              key={term}
              id={`${search.id}${at}`}
              role="option"
              aria-selected={at === search.active}
              className={styles.option}
              onPointerDown={(event) => {
                event.preventDefault();
              }}
              onClick={() => {
                search.lookFor(term);
              }}
            >
              <span className={styles.text}>{term}</span>
            </li>
          ))}
        </ul>
        <ul>
          {search.recent.map((term) => (
            <li key={term}>
              <button
                type="button"
                className={styles.cross}
                aria-label={t('search.forget', { term })}
                onClick={(event) => {
                  // The button goes away with the term: back to the field.
                  event.currentTarget.form?.querySelector('input')?.focus();
                  search.forget(term);
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
