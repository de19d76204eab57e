// Money back at the counter: the booking's number, what the rule gives back now, which tickets.

import {
  asProblem,
  bookingNumberAsTyped,
  digitsOf,
  useLanguage,
  type CounterRefund,
  type KioskPledge,
  type Problem,
  type RefundQuote,
} from '@moding/ui';
import { useCallback, useState } from 'react';

import { useKiosk } from '../kiosk';
import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import { Problems } from './StaffDoubted';
import { StaffRefundDone } from './StaffRefundDone';
import { StaffRefundPledge } from './StaffRefundPledge';
import { StaffRefundTickets } from './StaffRefundTickets';
import styles from './screens.module.css';

const DIGITS = 12;

interface StaffPageProps {
  pin: string;
  onBack: () => void;
}

export function StaffRefund({ pin, onBack }: StaffPageProps) {
  const [quote, setQuote] = useState<RefundQuote | null>(null);
  const [pledge, setPledge] = useState<KioskPledge | null>(null);
  const [refund, setRefund] = useState<CounterRefund | null>(null);
  if (refund) {
    return <StaffRefundDone pin={pin} refund={refund} onRefund={setRefund} onBack={onBack} />;
  }
  if (pledge) {
    return (
      <StaffRefundPledge
        pin={pin}
        pledge={pledge}
        onRefund={setRefund}
        onBack={() => {
          setPledge(null);
        }}
      />
    );
  }
  if (quote) {
    return (
      <StaffRefundTickets
        pin={pin}
        quote={quote}
        onRefund={setRefund}
        onBack={() => {
          setQuote(null);
        }}
      />
    );
  }
  return <WhichNumber pin={pin} onQuote={setQuote} onPledge={setPledge} onBack={onBack} />;
}

interface WhichNumberProps extends StaffPageProps {
  onQuote: (quote: RefundQuote) => void;
  onPledge: (pledge: KioskPledge) => void;
}

function WhichNumber({ pin, onQuote, onPledge, onBack }: WhichNumberProps) {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const [digits, setDigits] = useState('');
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const press = useCallback((digit: string) => {
    setDigits((before) => digitsOf(before + digit).slice(0, DIGITS));
  }, []);
  const erase = useCallback(() => {
    setDigits((before) => before.slice(0, -1));
  }, []);
  const clear = useCallback(() => {
    setDigits('');
  }, []);
  const find = (): void => {
    setAsking(true);
    setProblem(null);
    const number = bookingNumberAsTyped(digits);
    client
      .quoteRefund(pin, number)
      .then(onQuote, async (error: unknown) => {
        if (asProblem(error).code !== 'not_found') {
          throw error;
        }
        // A pledge has a number of the same form.
        onPledge(await client.lookUpPledge(number));
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  return (
    <Screen
      title={t('till.refund_number')}
      lead={t('till.refund_detail')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={asking || digits.length < DIGITS}
            onClick={find}
          >
            {t('till.refund_find')}
          </button>
        </>
      }
    >
      <Problems problem={problem} />
      <output className={styles.typed} aria-label={t('kiosk.number_typed')}>
        {bookingNumberAsTyped(digits) || '·'}
      </output>
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}
