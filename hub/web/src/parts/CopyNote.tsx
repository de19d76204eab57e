// Says on every page that a hub that stands by answers, how old what it shows is, and that it can
// only be looked at. It asks again by itself, and is gone when the hub is back.

import {
  Notice,
  ago,
  tellCopy,
  useAnnounce,
  useCopy,
  useEvery,
  useTexts,
  whenHubIsBack,
} from '@moding/ui';
import { useEffect, useState } from 'react';

import styles from './copy-note.module.css';

/** While a copy is shown it is asked this often whether the hub is back. */
const ASK_EVERY_MS = 5_000;

/** Asks who answers. */
async function ask(): Promise<void> {
  try {
    tellCopy(await fetch('/', { method: 'HEAD', cache: 'no-store' }), 'look');
  } catch {
    // Nobody does, as in the moment of a take-over: it is asked again.
  }
}

export function CopyNote() {
  const t = useTexts();
  const announce = useAnnounce();
  const copy = useCopy();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    // Some pages read nothing before somebody does something.
    void ask();
  }, []);
  useEffect(
    () =>
      whenHubIsBack(() => {
        announce(t('copy.over'));
      }),
    [announce, t],
  );
  useEvery(ASK_EVERY_MS, () => {
    if (copy) {
      setNow(Date.now());
      void ask();
    }
  });
  // Read out when it appears, not each time when it has become older.
  return (
    <div aria-live="polite" aria-relevant="additions">
      {copy ? (
        <div className={styles.copy}>
          <Notice tone="away" title={t('copy.title')}>
            {copy.asOf === null
              ? t('copy.none')
              : t('copy.as_of', { when: ago(copy.asOf, Math.max(now, copy.at), t) })}{' '}
            {t('copy.what_now')}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}
