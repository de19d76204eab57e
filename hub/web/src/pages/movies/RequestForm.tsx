// Where, when, and a phone number, so that everybody is counted once.

import {
  Refusal,
  asProblem,
  isMobile,
  phoneAsTyped,
  useLanguage,
  useResource,
  type MakeRequest,
  type MovieRequests,
  type Problem,
  type Slot,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';

import { useHub } from '../../hub';
import { PhoneField } from '../../parts/PhoneField';
import { areasOf } from './areas';
import styles from './requests.module.css';

const SLOTS: readonly Slot[] = [
  'any',
  'weekday_day',
  'weekday_evening',
  'weekend_day',
  'weekend_evening',
  'night',
];

interface RequestFormProps {
  movie: number;
  /** What was asked for before, to be changed. */
  before: MakeRequest | null;
  onDone: (wish: MakeRequest, requests: MovieRequests) => void;
}

export function RequestForm({ movie, before, onDone }: RequestFormProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const [wish, setWish] = useState<MakeRequest>(before ?? { area: '', slot: 'any', phone: '' });
  const [state, setState] = useState<'typing' | 'checked' | 'asking'>('typing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const checked = state !== 'typing';

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    setState('checked');
    if (wish.area === '' || !isMobile(wish.phone)) {
      return;
    }
    setState('asking');
    hub
      .requestScreening(movie, wish)
      .then((requests) => {
        onDone(wish, requests);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('checked');
      });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <AreaField
        area={wish.area}
        wrong={checked && wish.area === '' ? t('request.area_missing') : null}
        onArea={(area) => {
          setWish({ ...wish, area });
        }}
      />
      <SlotField
        slot={wish.slot}
        onSlot={(slot) => {
          setWish({ ...wish, slot });
        }}
      />
      <PhoneField
        value={wish.phone}
        why={t('request.phone_why')}
        wrong={checked && !isMobile(wish.phone) ? t('checkout.phone_wrong') : null}
        onChange={(text) => {
          setWish({ ...wish, phone: phoneAsTyped(text) });
        }}
      />
      {problem ? <Refusal problem={problem} /> : null}
      <button type="submit" className="button quiet" disabled={state === 'asking'}>
        {t(state === 'asking' ? 'request.submitting' : 'request.submit')}
      </button>
    </form>
  );
}

interface AreaFieldProps {
  area: string;
  wrong: string | null;
  onArea: (area: string) => void;
}

function AreaField({ area, wrong, onArea }: AreaFieldProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const id = useId();
  const { resource } = useResource('theaters', (signal) => hub.theaters(signal));
  const regions = resource.state === 'ready' ? areasOf(resource.value) : [];
  return (
    <div className="field">
      <label htmlFor={id}>{t('request.area')}</label>
      <select
        id={id}
        value={area}
        aria-invalid={wrong !== null}
        aria-describedby={`${id}note`}
        onChange={(event) => {
          onArea(event.target.value);
        }}
      >
        <option value="" disabled>
          {t('request.area_choose')}
        </option>
        {regions.map(({ region, areas }) => (
          <optgroup key={region} label={region}>
            {areas.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id={`${id}note`} className="wrong">
        {wrong}
      </p>
    </div>
  );
}

function SlotField({ slot, onSlot }: { slot: Slot; onSlot: (slot: Slot) => void }) {
  const { t } = useLanguage();
  const name = useId();
  return (
    <fieldset className={styles.slots}>
      <legend>{t('request.slot')}</legend>
      <div>
        {SLOTS.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={name}
              checked={each === slot}
              onChange={() => {
                onSlot(each);
              }}
            />
            <span>{t(`slot.${each}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
