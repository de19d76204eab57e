// Find a booking or a pledge with its number and the phone number it was made with.

import {
  asProblem,
  bookingNumberAsTyped,
  isBookingNumber,
  isMobile,
  Notice,
  phoneAsTyped,
  useTexts,
  type HubClient,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { PhoneField } from '../../parts/PhoneField';
import { rememberPhone } from '../../visit';
import { RecentOrders } from './RecentOrders';
import styles from './bookings.module.css';

export function LookupPage() {
  const t = useTexts();
  const [search] = useSearchParams();
  return (
    <Page title={t('lookup.title')} width="narrow">
      <h1>{t('lookup.title')}</h1>
      <p className={styles.lead}>{t('lookup.lead_both')}</p>
      <LookupForm number={search.get('number') ?? ''} />
      <RecentOrders />
    </Page>
  );
}

/** `number` is given when only the phone number is missing. */
export function LookupForm({ number: given }: { number: string }) {
  const hub = useHub();
  const t = useTexts();
  const navigate = useNavigate();
  const id = useId();
  const [number, setNumber] = useState(bookingNumberAsTyped(given));
  const [phone, setPhone] = useState('');
  const [checked, setChecked] = useState(false);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const numberWrong = checked && !isBookingNumber(number);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setChecked(true);
    setProblem(null);
    if (!isBookingNumber(number) || !isMobile(phone)) {
      return;
    }
    setAsking(true);
    find(hub, number, phone)
      .then((found) => {
        rememberPhone(found.number, phone);
        return navigate(found.address);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <div className="field">
        <label htmlFor={id}>{t('lookup.number_both')}</label>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          placeholder="0000-0000-0000"
          value={number}
          aria-invalid={numberWrong}
          aria-describedby={`${id}note`}
          onChange={(event) => {
            setNumber(bookingNumberAsTyped(event.target.value));
          }}
        />
        <p id={`${id}note`} className="wrong">
          {numberWrong ? t('lookup.number_wrong') : null}
        </p>
      </div>
      <PhoneField
        value={phone}
        wrong={checked && !isMobile(phone) ? t('checkout.phone_wrong') : null}
        onChange={(text) => {
          setPhone(phoneAsTyped(text));
        }}
      />
      {problem ? (
        <Notice tone="care" live="alert">
          {problem.code === 'not_found' || problem.code === 'forbidden'
            ? t('lookup.not_found')
            : t(`problem.${problem.code}`)}
        </Notice>
      ) : null}
      <button type="submit" className="button next" disabled={asking}>
        {asking ? t('lookup.submitting') : t('lookup.submit')}
      </button>
    </form>
  );
}

interface Found {
  number: string;
  address: string;
}

/** A booking; or a pledge, which has no booking of the same number before its seats are chosen. */
async function find(hub: HubClient, number: string, phone: string): Promise<Found> {
  try {
    const booking = await hub.lookUp(number, phone);
    return { number: booking.number, address: `/bookings/${booking.number}` };
  } catch (error) {
    if (asProblem(error).code !== 'not_found') {
      throw error;
    }
    const pledge = await hub.lookUpPledge(number, phone);
    return { number: pledge.number, address: `/pledges/${pledge.number}` };
  }
}
