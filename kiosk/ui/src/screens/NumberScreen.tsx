// A booking number on an on-screen keypad; a real keyboard works as well.

import { bookingNumberAsTyped, digitsOf, useTexts } from '@moding/ui';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router';

import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import styles from './screens.module.css';

const DIGITS = 12;

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
  const clear = useCallback(() => {
    setDigits('');
  }, []);
  const left = DIGITS - digits.length;
  const find = useCallback(() => {
    if (left === 0) {
      void navigate(`/bookings/${bookingNumberAsTyped(digits)}`);
    }
  }, [digits, left, navigate]);
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
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}

function Typed({ digits }: { digits: string }) {
  return [0, 4, 8].map((from) => (
    <span key={from}>{digits.slice(from, from + 4).padEnd(4, '·')}</span>
  ));
}
