// Digits on the screen; a real keyboard works as well.

import { useTexts } from '@moding/ui';
import { useEffect } from 'react';

import styles from '../screens/screens.module.css';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

interface KeypadProps {
  onPress: (digit: string) => void;
  onErase: () => void;
  onClear: () => void;
}

export function Keypad({ onPress, onErase, onClear }: KeypadProps) {
  const t = useTexts();
  useKeyboard(onPress, onErase);
  return (
    <div role="group" aria-label={t('kiosk.keypad')} className={styles.keypad}>
      {KEYS.map((digit) => (
        <Key key={digit} digit={digit} onPress={onPress} />
      ))}
      <button type="button" className={styles.word} onClick={onClear}>
        {t('kiosk.key_clear')}
      </button>
      <Key digit="0" onPress={onPress} />
      <button type="button" className={styles.word} onClick={onErase}>
        {t('kiosk.key_delete')}
      </button>
    </div>
  );
}

function Key({ digit, onPress }: { digit: string; onPress: (digit: string) => void }) {
  return (
    <button
      type="button"
      onClick={() => {
        onPress(digit);
      }}
    >
      {digit}
    </button>
  );
}

function useKeyboard(press: (digit: string) => void, erase: () => void): void {
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (/^\d$/.test(event.key)) {
        press(event.key);
      } else if (event.key === 'Backspace') {
        erase();
      }
    };
    window.addEventListener('keydown', key);
    return () => {
      window.removeEventListener('keydown', key);
    };
  }, [press, erase]);
}
