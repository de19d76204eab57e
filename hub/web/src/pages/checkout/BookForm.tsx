// The guest's phone number and how to pay: now, or at the theater. Pressing twice orders and
// books once: the server gives the same order and the same booking for the same hold.

import {
  Refusal,
  asProblem,
  isMobile,
  phoneAsTyped,
  titleOf,
  useLanguage,
  won,
  type HoldView,
  type Problem,
  type ProblemCode,
  type ScreeningSummary,
} from '@moding/ui';
import { useRef, useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { PhoneField } from '../../parts/PhoneField';
import { noteOrder } from '../../recent-orders';
import { forgetHold, rememberBooking, rememberOrder } from '../../visit';
import type { Arrival } from '../pay/arrival';
import { Ways, type IfGone, type Way } from './Ways';
import styles from './checkout.module.css';

const TO_PAY: Arrival = { come: 'to_pay' };

interface BookFormProps {
  hold: HoldView;
  /** None while it is being read. */
  screening: ScreeningSummary | null;
  onOver: () => void;
}

export function BookForm({ hold, screening, onOver }: BookFormProps) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement | null>(null);
  const [phone, setPhone] = useState('');
  const [wrong, setWrong] = useState(false);
  const [way, setWay] = useState<Way>('now');
  const [ifGone, setIfGone] = useState<IfGone>('refund');
  const booking = useBooking(hold, screening, onOver);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isMobile(phone)) {
      setWrong(true);
      input.current?.focus();
    } else if (way === 'now') {
      booking.order(phone, ifGone);
    } else {
      booking.book(phone);
    }
  };
  const label = (): string => {
    if (booking.state === 'asking') {
      return t(way === 'now' ? 'checkout.opening' : 'checkout.submitting');
    }
    return way === 'now'
      ? t('checkout.pay', { amount: won(hold.amount_won, t) })
      : t('checkout.submit', { count: hold.seats.length });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <PhoneField
        ref={input}
        value={phone}
        why={t('checkout.phone_why')}
        wrong={wrong && !isMobile(phone) ? t('checkout.phone_wrong') : null}
        onChange={(text) => {
          setPhone(phoneAsTyped(text));
        }}
      />
      <Ways way={way} ifGone={ifGone} off={booking.off} onWay={setWay} onIfGone={setIfGone} />
      {booking.problem ? <Refusal problem={booking.problem} /> : null}
      {booking.problem?.code === 'unreachable' ? (
        <p className="faint">{t('checkout.again_safe')}</p>
      ) : null}
      <button type="submit" className="button next" disabled={booking.state === 'asking'}>
        {label()}
      </button>
    </form>
  );
}

interface BookingSteps {
  state: 'idle' | 'asking';
  problem: Problem | null;
  /** A way to pay that the server has refused. */
  off: Way | null;
  book: (phone: string) => void;
  order: (phone: string, ifGone: IfGone) => void;
}

function useBooking(
  hold: HoldView,
  screening: ScreeningSummary | null,
  onOver: () => void,
): BookingSteps {
  const hub = useHub();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const [state, setState] = useState<BookingSteps['state']>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);

  const carryOut = (step: Promise<unknown>): void => {
    setState('asking');
    setProblem(null);
    step.catch((error: unknown) => {
      const refusal = asProblem(error);
      setState('idle');
      if (refusal.code === 'hold_expired' || refusal.code === 'hold_not_found') {
        onOver();
      } else {
        setProblem(refusal);
      }
    });
  };
  const book = (phone: string): void => {
    carryOut(
      hub.book(hold.hold, phone).then((booking) => {
        rememberBooking(hold.hold, booking.number, phone);
        forgetHold(hold.screening);
        return navigate(`/bookings/${booking.number}?done`, { replace: true });
      }),
    );
  };
  const order = (phone: string, ifGone: IfGone): void => {
    carryOut(
      hub.openOrder(hold.hold, phone, ifGone).then((opened) => {
        rememberOrder(opened.order, phone, hold.hold);
        const name = screening ? titleOf(screening.movie, language) : '';
        noteOrder({ order: opened.order, at: Date.now(), name });
        return navigate(`/pay/${opened.order}`, { state: TO_PAY });
      }),
    );
  };
  return { state, problem, off: problem ? offBecause(problem.code) : null, book, order };
}

function offBecause(code: ProblemCode): Way | null {
  if (code === 'payments_unavailable') {
    return 'now';
  }
  return code === 'pay_at_theater_off' ? 'at_theater' : null;
}
