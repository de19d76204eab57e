// The guest's phone number and how to pay, then the booking. Pressing twice books once: the
// server gives the same booking for the same hold.

import { Refusal, asProblem, isMobile, phoneAsTyped, useTexts, type HoldView, type Problem } from '@moding/ui';
import { useId, useRef, useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { PhoneField } from '../../parts/PhoneField';
import { forgetHold, rememberBooking } from '../../visit';
import styles from './checkout.module.css';

interface BookFormProps {
  hold: HoldView;
  onOver: () => void;
}

export function BookForm({ hold, onOver }: BookFormProps) {
  const hub = useHub();
  const t = useTexts();
  const navigate = useNavigate();
  const tender = useId();
  const input = useRef<HTMLInputElement | null>(null);
  const [phone, setPhone] = useState('');
  const [wrong, setWrong] = useState(false);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const refuse = (error: unknown): void => {
    const refusal = asProblem(error);
    setAsking(false);
    if (refusal.code === 'hold_expired' || refusal.code === 'hold_not_found') {
      onOver();
    } else {
      setProblem(refusal);
    }
  };
  const book = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isMobile(phone)) {
      setWrong(true);
      input.current?.focus();
      return;
    }
    setAsking(true);
    setProblem(null);
    hub
      .book(hold.hold, phone)
      .then((booking) => {
        rememberBooking(hold.hold, booking.number, phone);
        forgetHold(hold.screening);
        return navigate(`/bookings/${booking.number}?done`, { replace: true });
      })
      .catch(refuse);
  };

  return (
    <form className={styles.form} onSubmit={book} noValidate>
      <PhoneField
        ref={input}
        value={phone}
        why={t('checkout.phone_why')}
        wrong={wrong && !isMobile(phone) ? t('checkout.phone_wrong') : null}
        onChange={(text) => {
          setPhone(phoneAsTyped(text));
        }}
      />
      <fieldset className={styles.tender}>
        <legend>{t('checkout.tender')}</legend>
        <label htmlFor={tender}>
          <input id={tender} type="radio" name="tender" checked readOnly />
          <span>
            <strong>{t('checkout.pay_at_theater')}</strong>
            <small>{t('checkout.pay_at_theater_detail')}</small>
          </span>
        </label>
      </fieldset>
      {problem ? <Refusal problem={problem} /> : null}
      {problem?.code === 'unreachable' ? <p className="faint">{t('checkout.again_safe')}</p> : null}
      <button type="submit" className="button next" disabled={asking}>
        {asking ? t('checkout.submitting') : t('checkout.submit', { count: hold.seats.length })}
      </button>
    </form>
  );
}
