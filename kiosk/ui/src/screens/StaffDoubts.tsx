// The screenings with seats in doubt after a loss. Staff choose one and mark what was sold
// there; when they have been through their papers, the rest was not sold.

import {
  Blank,
  asProblem,
  titleOf,
  useAnnounce,
  useLanguage,
  whenInFull,
  type Doubts,
  type Problem,
} from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { Problems, StaffDoubted } from './StaffDoubted';
import styles from './screens.module.css';

interface StaffDoubtsProps {
  pin: string;
  doubts: readonly Doubts[];
  /** These are left. */
  onLeft: (doubts: readonly Doubts[]) => void;
  onBack: () => void;
}

export function StaffDoubts({ pin, doubts, onLeft, onBack }: StaffDoubtsProps) {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<number | null>(null);
  const { settle, state, problem } = useSettling(pin, doubts, onLeft);
  const one = doubts.find(({ showing }) => showing.screening === chosen);
  if (one) {
    return (
      <StaffDoubted
        doubts={one}
        state={state}
        problem={problem}
        onSettle={(sold) => {
          // When it is settled it is not among the doubts any more.
          void settle([one], sold);
        }}
        onBack={() => {
          setChosen(null);
        }}
      />
    );
  }
  return (
    <Screen
      title={t('staff.doubts')}
      lead={doubts.length > 0 ? t('staff.doubts_detail') : undefined}
      actions={
        <>
          <button type="button" className="button quiet" onClick={onBack}>
            {t('kiosk.back')}
          </button>
          {doubts.length > 0 ? (
            <Rest
              asking={state === 'asking'}
              onYes={() => {
                void settle(doubts, []);
              }}
            />
          ) : null}
        </>
      }
    >
      <Problems problem={problem} />
      {doubts.length === 0 ? (
        <Blank title={t('staff.none')} />
      ) : (
        <ul className={styles.entries}>
          {doubts.map((each) => (
            <li key={each.showing.screening}>
              <Showing
                doubts={each}
                onChoose={() => {
                  setChosen(each.showing.screening);
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Screen>
  );
}

function Showing({ doubts, onChoose }: { doubts: Doubts; onChoose: () => void }) {
  const { language, t } = useLanguage();
  const { showing, seats } = doubts;
  return (
    <button type="button" onClick={onChoose}>
      <strong>{titleOf(showing.movie, language)}</strong>
      <small>
        {whenInFull(showing.time_label, showing.business_date, language)} · {showing.auditorium.name}
      </small>
      <small>{t('staff.seats_in_doubt', { count: seats.length })}</small>
    </button>
  );
}

/** What is left was not sold: asked twice, because it puts many seats on sale. */
function Rest({ asking, onYes }: { asking: boolean; onYes: () => void }) {
  const { t } = useLanguage();
  const [state, setState] = useState<'quiet' | 'sure'>('quiet');
  return (
    <button
      type="button"
      className={state === 'sure' ? 'button next' : 'button quiet'}
      disabled={asking}
      onClick={() => {
        if (state === 'sure') {
          onYes();
        }
        setState(state === 'sure' ? 'quiet' : 'sure');
      }}
    >
      {t(state === 'sure' ? 'staff.rest_sure' : 'staff.rest')}
    </button>
  );
}

interface Settling {
  settle: (some: readonly Doubts[], sold: readonly number[]) => Promise<void>;
  state: 'looking' | 'asking';
  problem: Problem | null;
}

function useSettling(
  pin: string,
  doubts: readonly Doubts[],
  onLeft: (doubts: readonly Doubts[]) => void,
): Settling {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [state, setState] = useState<'looking' | 'asking'>('looking');
  const [problem, setProblem] = useState<Problem | null>(null);
  const settle = async (some: readonly Doubts[], sold: readonly number[]): Promise<void> => {
    setState('asking');
    setProblem(null);
    const done = new Set<number>();
    let onSale = 0;
    try {
      for (const { showing } of some) {
        const { free } = await client.settleDoubts(pin, showing.screening, sold);
        done.add(showing.screening);
        onSale += free;
      }
      announce(t('staff.settled', { count: onSale }));
    } catch (error: unknown) {
      setProblem(asProblem(error));
    } finally {
      onLeft(doubts.filter(({ showing }) => !done.has(showing.screening)));
      setState('looking');
    }
  };
  return { settle, state, problem };
}
