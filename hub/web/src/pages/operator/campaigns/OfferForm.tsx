// The theater's terms: auditorium, date and time, goal, capacity, price, opening and deadline.

import {
  Notice,
  asProblem,
  useAnnounce,
  useLanguage,
  useResource,
  type CampaignFile,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';

import { useHub } from '../../../hub';
import { useConsole } from '../session';
import { offerOf, typedOffer, type OfferWrong, type TypedOffer } from './offer';
import styles from './desk.module.css';

/** Advertisements and the way out. */
const AROUND_MINUTES = 15;

const FIELDS = [
  { field: 'startsAt', label: 'desk.starts_at', kind: 'datetime-local' },
  { field: 'minutes', label: 'desk.minutes', kind: 'number' },
  { field: 'goal', label: 'desk.goal', kind: 'number' },
  { field: 'capacity', label: 'desk.capacity', kind: 'number' },
  { field: 'price', label: 'desk.price', kind: 'number' },
  { field: 'opensAt', label: 'desk.opens_at', kind: 'datetime-local' },
  { field: 'deadline', label: 'desk.deadline', kind: 'datetime-local' },
] as const;

interface OfferFormProps {
  file: CampaignFile;
  onChange: (file: CampaignFile) => void;
}

export function OfferForm({ file, onChange }: OfferFormProps) {
  const api = useConsole();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const { campaign } = file;
  const runtime = campaign.movie.runtime_min ?? null;
  const [typed, setTyped] = useState<TypedOffer>(() =>
    typedOffer(campaign.offer ?? null, runtime === null ? null : runtime + AROUND_MINUTES),
  );
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<OfferWrong | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [state, setState] = useState<'idle' | 'asking'>('idle');
  const change = (field: keyof TypedOffer) => (text: string) => {
    setTyped({ ...typed, [field]: text });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    const terms = offerOf(typed, Date.now());
    if (typeof terms === 'string') {
      setWrong(terms);
      return;
    }
    setWrong(null);
    setState('asking');
    api
      .offerCampaign(campaign.campaign, terms, note.trim())
      .then((offered) => {
        announce(t('phase.offered'));
        onChange(offered);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setState('idle');
      });
  };
  return (
    <details className={styles.new} open={campaign.phase === 'requested'}>
      <summary>{t(campaign.phase === 'requested' ? 'desk.offer' : 'desk.offer_again')}</summary>
      <form className={styles.form} onSubmit={submit} noValidate>
        <RoomField
          theater={campaign.theater.theater}
          room={typed.auditorium}
          onRoom={change('auditorium')}
        />
        {FIELDS.map(({ field, label, kind }) => (
          <TextField key={field} label={t(label)} kind={kind} value={typed[field]} onText={change(field)} />
        ))}
        <TextField label={t('operator.note')} kind="text" value={note} onText={setNote} />
        <p className={`faint ${styles.wide ?? ''}`}>
          {t('desk.offer_time')} {t('desk.deadline_why')}
        </p>
        <Wrong wrong={wrong} problem={problem} />
        <button type="submit" className="button next" disabled={state === 'asking'}>
          {t(state === 'asking' ? 'desk.saving' : 'desk.save_offer')}
        </button>
      </form>
    </details>
  );
}

function Wrong({ wrong, problem }: { wrong: OfferWrong | null; problem: Problem | null }) {
  const { t } = useLanguage();
  if (wrong !== null) {
    return (
      <div className={styles.wide}>
        <Notice tone="care" live="alert">
          {t(wrong)}
        </Notice>
      </div>
    );
  }
  return problem === null ? null : (
    <div className={styles.wide}>
      <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
        {problem.message}
      </Notice>
    </div>
  );
}

interface TextFieldProps {
  label: string;
  kind: 'datetime-local' | 'number' | 'text';
  value: string;
  onText: (text: string) => void;
}

function TextField({ label, kind, value, onText }: TextFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={kind}
        min={kind === 'number' ? 1 : undefined}
        autoComplete="off"
        value={value}
        onChange={(event) => {
          onText(event.target.value);
        }}
      />
    </div>
  );
}

interface RoomFieldProps {
  theater: number;
  room: string;
  onRoom: (room: string) => void;
}

function RoomField({ theater, room, onRoom }: RoomFieldProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const id = useId();
  const { resource } = useResource(`theater.${theater}`, (signal) => hub.theater(theater, signal));
  const rooms = resource.state === 'ready' ? resource.value.auditoriums : [];
  return (
    <div className="field">
      <label htmlFor={id}>{t('desk.room')}</label>
      <select
        id={id}
        value={room}
        onChange={(event) => {
          onRoom(event.target.value);
        }}
      >
        <option value="" disabled>
          {t('desk.room_choose')}
        </option>
        {rooms.map(({ auditorium, name, seats }) => (
          <option key={auditorium} value={auditorium}>
            {t('desk.room_seats', { room: name, count: seats })}
          </option>
        ))}
      </select>
    </div>
  );
}
