// For staff, behind their PIN: what they can do at this kiosk. The PIN is forgotten when the
// screen is left.

import { Notice, asProblem, useTexts, type Doubts, type Problem } from '@moding/ui';
import { useCallback, useState } from 'react';

import { useKiosk } from '../kiosk';
import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import { useEndVisit } from '../use-visit';
import { StaffClose } from './StaffClose';
import { StaffDesk } from './StaffDesk';
import { StaffDoubts } from './StaffDoubts';
import { StaffMenu, type StaffPage } from './StaffMenu';
import { StaffOffline } from './StaffOffline';
import { StaffRefund } from './StaffRefund';
import styles from './screens.module.css';

const PIN_DIGITS_MAX = 12;
const PIN_DIGITS_MIN = 4;

export function StaffScreen() {
  const [inside, setInside] = useState<{ pin: string; doubts: readonly Doubts[] } | null>(null);
  const [page, setPage] = useState<StaffPage | 'menu'>('menu');
  if (inside === null) {
    return (
      <Pin
        onEnter={(pin, doubts) => {
          setInside({ pin, doubts });
        }}
      />
    );
  }
  const back = (): void => {
    setPage('menu');
  };
  switch (page) {
    case 'desk':
      return <StaffDesk pin={inside.pin} onBack={back} />;
    case 'refund':
      return <StaffRefund pin={inside.pin} onBack={back} />;
    case 'close':
      return <StaffClose pin={inside.pin} onBack={back} />;
    case 'menu':
      return <StaffMenu doubts={inside.doubts.length} onChoose={setPage} />;
    case 'doubts':
      return (
        <StaffDoubts
          pin={inside.pin}
          doubts={inside.doubts}
          onLeft={(doubts) => {
            setInside({ pin: inside.pin, doubts });
          }}
          onBack={back}
        />
      );
    case 'offline':
      return <StaffOffline pin={inside.pin} onBack={back} />;
  }
}

function Pin({ onEnter }: { onEnter: (pin: string, doubts: Doubts[]) => void }) {
  const { client } = useKiosk();
  const t = useTexts();
  const endVisit = useEndVisit();
  const [pin, setPin] = useState('');
  const [state, setState] = useState<'typing' | 'asking'>('typing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const press = useCallback((digit: string) => {
    setPin((before) => (before + digit).slice(0, PIN_DIGITS_MAX));
  }, []);
  const erase = useCallback(() => {
    setPin((before) => before.slice(0, -1));
  }, []);
  const clear = useCallback(() => {
    setPin('');
  }, []);
  const enter = useCallback((): void => {
    if (pin.length < PIN_DIGITS_MIN) {
      return;
    }
    setState('asking');
    setProblem(null);
    client
      .doubts(pin)
      .then((doubts) => {
        onEnter(pin, doubts);
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setPin('');
        setState('typing');
      });
  }, [client, onEnter, pin]);
  return (
    <Screen
      title={t('staff.title')}
      lead={t('staff.pin')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={endVisit}>
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={state === 'asking' || pin.length < PIN_DIGITS_MIN}
            onClick={enter}
          >
            {t('staff.enter')}
          </button>
        </>
      }
    >
      {problem ? (
        <div className={styles.note}>
          <Notice tone="care" live="alert" title={t(`problem.${problem.code}`)}>
            {problem.code === 'forbidden' ? problem.message : undefined}
          </Notice>
        </div>
      ) : null}
      <output className={styles.typed} aria-label={t('staff.pin_typed', { count: pin.length })}>
        {'●'.repeat(pin.length) || '·'}
      </output>
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}
