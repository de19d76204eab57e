// The staff's switch: this kiosk asks nobody and sells only its own seats, for a time or until
// the link is good again. It ends by itself, because somebody will forget.

import {
  Notice,
  asProblem,
  useAnnounce,
  useLanguage,
  useOfflineText,
  type ByHand,
  type KioskView,
  type OfflineSwitch,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import styles from './screens.module.css';

/** How long it may be, in minutes; null: until the link is good again. */
const CHOICES = [null, 30, 60, 180] as const;

interface StaffOfflineProps {
  pin: string;
  onBack: () => void;
}

export function StaffOffline({ pin, onBack }: StaffOfflineProps) {
  const { t } = useLanguage();
  const [minutes, setMinutes] = useState<number | null>(null);
  const { known, state, problem, begin, end } = useSwitch(pin);
  const text = useOfflineText(known);
  const switched = known.by_hand.state;
  return (
    <Screen
      title={t('offline.title')}
      lead={t('offline.lead')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className={switched === 'on' ? 'button quiet' : 'button next'}
            disabled={state === 'asking'}
            onClick={() => {
              begin(minutes);
            }}
          >
            {t(switched === 'on' ? 'offline.longer' : 'offline.begin')}
          </button>
          {switched === 'off' ? null : (
            <button
              type="button"
              className={switched === 'on' ? 'button next' : 'button quiet'}
              disabled={state === 'asking'}
              onClick={end}
            >
              {t(switched === 'on' ? 'offline.end' : 'offline.seen')}
            </button>
          )}
        </>
      }
    >
      <div className={styles.note}>
        {/* While it is on, the line above every screen says so. */}
        {switched !== 'ended' ? null : (
          <Notice tone="away" live="status">
            {text}
          </Notice>
        )}
        {problem ? (
          <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
            {problem.message}
          </Notice>
        ) : null}
      </div>
      <Lengths minutes={minutes} onChoose={setMinutes} />
    </Screen>
  );
}

/** What the kiosk answered, and what was known of it before. */
interface Said {
  byHand: ByHand;
  before: KioskView | null;
}

/** The switch as it is, and what turns it. */
function useSwitch(pin: string) {
  const { client, view } = useKiosk();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [said, setSaid] = useState<Said | null>(null);
  const [state, setState] = useState<'choosing' | 'asking'>('choosing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const carryOut = (asked: Promise<ByHand>, done: string): void => {
    setState('asking');
    setProblem(null);
    asked
      .then((now) => {
        setSaid({ byHand: now, before: view });
        announce(done);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setState('choosing');
      });
  };
  // The answer counts until the kiosk is looked at again.
  const known: OfflineSwitch =
    said !== null && said.before === view
      ? { by_hand: said.byHand }
      : (view ?? { by_hand: { state: 'off' } });
  const begin = (minutes: number | null): void => {
    carryOut(client.workOffline(pin, minutes), t('offline.begun'));
  };
  const end = (): void => {
    carryOut(client.workOnline(pin), t('offline.ended_by_staff'));
  };
  return { known, state, problem, begin, end };
}

interface LengthsProps {
  minutes: number | null;
  onChoose: (minutes: number | null) => void;
}

function Lengths({ minutes, onChoose }: LengthsProps) {
  const { t } = useLanguage();
  return (
    <div role="group" aria-label={t('offline.how_long')} className={styles.entries}>
      {CHOICES.map((choice) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === minutes}
          onClick={() => {
            onChoose(choice);
          }}
        >
          {choice === null ? t('offline.until_good') : t('offline.minutes', { count: choice })}
        </button>
      ))}
    </div>
  );
}
