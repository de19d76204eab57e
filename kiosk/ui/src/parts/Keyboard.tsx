// Letters on the screen, Hangul or Latin; a real keyboard works as well, and everything can be
// reached with the tab key.

import { erased, typed, useTexts } from '@moding/ui';
import { useCallback, useEffect, useState } from 'react';

import styles from './keyboard.module.css';
import { DIGITS, keyOf, rowsOf, type Language, type Shift } from './layout';

interface KeyboardProps {
  /** Changes the text that stands there when the change is made. */
  onText: (change: (now: string) => string) => void;
}

export function Keyboard({ onText }: KeyboardProps) {
  const t = useTexts();
  const [language, setLanguage] = useState<Language>('hangul');
  const [shift, setShift] = useState<Shift>('up');
  const press = useCallback(
    (key: string) => {
      onText((now) => typed(now, key));
      setShift('up');
    },
    [onText],
  );
  const erase = useCallback(() => {
    onText(erased);
  }, [onText]);
  useKeyboard(language, press, erase);
  const [top = [], middle = [], bottom = []] = rowsOf(language, shift);
  return (
    <div role="group" aria-label={t('search.keyboard')} className={styles.keyboard}>
      <Row keys={DIGITS} onPress={press} />
      <Row keys={top} onPress={press} />
      <Row keys={middle} onPress={press} />
      <div className={styles.row}>
        {language === 'hangul' ? (
          <button
            type="button"
            className={styles.wide}
            aria-pressed={shift === 'down'}
            onClick={() => {
              setShift(shift === 'up' ? 'down' : 'up');
            }}
          >
            {t('search.key.shift')}
          </button>
        ) : null}
        {bottom.map((key) => (
          <Key key={key} letter={key} onPress={press} />
        ))}
        <button type="button" className={styles.wide} onClick={erase}>
          {t('search.key.erase')}
        </button>
      </div>
      <LastRow
        language={language}
        onLanguage={() => {
          setLanguage(language === 'hangul' ? 'latin' : 'hangul');
          setShift('up');
        }}
        onSpace={() => {
          press(' ');
        }}
        onClear={() => {
          onText(() => '');
        }}
      />
    </div>
  );
}

interface LastRowProps {
  language: Language;
  onLanguage: () => void;
  onSpace: () => void;
  onClear: () => void;
}

function LastRow({ language, onLanguage, onSpace, onClear }: LastRowProps) {
  const t = useTexts();
  return (
    <div className={styles.row}>
      <button type="button" className={styles.wide} onClick={onLanguage}>
        {language === 'hangul' ? t('search.key.to_latin') : t('search.key.to_hangul')}
      </button>
      <button type="button" className={styles.space} onClick={onSpace}>
        {t('search.key.space')}
      </button>
      <button type="button" className={styles.wide} onClick={onClear}>
        {t('search.key.clear')}
      </button>
    </div>
  );
}

function Row({ keys, onPress }: { keys: readonly string[]; onPress: (key: string) => void }) {
  return (
    <div className={styles.row}>
      {keys.map((key) => (
        <Key key={key} letter={key} onPress={onPress} />
      ))}
    </div>
  );
}

function Key({ letter, onPress }: { letter: string; onPress: (key: string) => void }) {
  return (
    <button
      type="button"
      className={styles.key}
      onClick={() => {
        onPress(letter);
      }}
    >
      {letter}
    </button>
  );
}

/** Keys of a real keyboard; the space bar stays with a button that has the focus. */
function useKeyboard(language: Language, press: (key: string) => void, erase: () => void): void {
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey) {
        return;
      }
      const onButton = event.target instanceof HTMLElement && event.target.closest('button, a');
      const key = keyOf(event.code, language, event.shiftKey ? 'down' : 'up');
      if (key !== null) {
        press(key);
      } else if (event.code === 'Backspace') {
        erase();
      } else if (event.code === 'Space' && !onButton) {
        event.preventDefault();
        press(' ');
      }
    };
    window.addEventListener('keydown', down);
    return () => {
      window.removeEventListener('keydown', down);
    };
  }, [language, press, erase]);
}
