// What the simulated card does. Marked so that nobody takes it for a real terminal.

import { asProblem, useAnnounce, useTexts, type SimulatedCard } from '@moding/ui';
import { useState } from 'react';

import { useKiosk } from '../kiosk';
import styles from './simulated-terminal.module.css';

const OUTCOMES: readonly SimulatedCard[] = ['approve', 'decline', 'time_out', 'lose_answer'];

export function SimulatedTerminal({ order }: { order: string }) {
  const { client } = useKiosk();
  const t = useTexts();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const present = (outcome: SimulatedCard): void => {
    setAsking(true);
    client
      .presentSimulatedCard(order, outcome)
      .catch((error: unknown) => {
        announce(t(`problem.${asProblem(error).code}`), 'assertive');
      })
      .finally(() => {
        setAsking(false);
      });
  };
  return (
    <section className={styles.panel} aria-labelledby="simulator">
      <h2 id="simulator">{t('simulator.title')}</h2>
      <p>{t('simulator.detail')}</p>
      <div>
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            disabled={asking}
            onClick={() => {
              present(outcome);
            }}
          >
            {t(`simulator.${outcome}`)}
          </button>
        ))}
      </div>
    </section>
  );
}
