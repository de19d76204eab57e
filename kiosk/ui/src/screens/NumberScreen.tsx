// A booking number on an on-screen keypad; a real keyboard works as well.

import { bookingNumberAsTyped, digitsOf, useTexts } from '@moding/ui';
import { useCallback, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

import { Screen } from '../parts/Screen';
import styles from './screens.module.css';

const DIGITS = 12;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export function NumberScreen() {
  const t = useTexts();
  const navigate = useNavigate();
  const [digits, setDigits] = useState('');
  const press = useCallback((digit: string) => {
    setDigits((before) => digitsOf(before + digit).slice(0, DIGITS));
  }, []);
  const erase = useCallback(() => {
    setDigits((before) => before.slice(0, -1));
  }, []);
  const left = DIGITS - digits.length;
  const find = useCallback(() => {
    if (left === 0) {
      void navigate(`/bookings/${bookingNumberAsTyped(digits)}`);
    }
  }, [digits, left, navigate]);
  useKeyboard(press, erase);
  return (
    <Screen
      title={t('kiosk.number')}
      lead={t('kiosk.number_detail')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={() => void navigate('/start')}>
            {t('kiosk.back')}
          </button>
          <button type="button" className="button next" disabled={left > 0} onClick={find}>
            {left > 0 ? t('kiosk.number_left', { count: left }) : t('kiosk.number_find')}
          </button>
        </>
      }
    >
      <output className={styles.typed} aria-label={t('kiosk.number_typed')}>
        <Typed digits={digits} />
      </output>
      <div role="group" aria-label={t('kiosk.keypad')} className={styles.keypad}>
        {KEYS.map((digit) => (
          <Key key={digit} digit={digit} onPress={press} />
        ))}
        <button type="button" className={styles.word} onClick={() => { setDigits(''); }}>
          {t('kiosk.key_clear')}
        </button>
        <Key digit="0" onPress={press} />
        <button type="button" className={styles.word} onClick={erase}>
          {t('kiosk.key_delete')}
        </button>
      </div>
    </Screen>
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

function Typed({ digits }: { digits: string }) {
  return [0, 4, 8].map((from) => (
    <span key={from}>{digits.slice(from, from + 4).padEnd(4, '·')}</span>
  ));
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
