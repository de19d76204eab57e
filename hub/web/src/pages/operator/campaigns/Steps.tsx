// Who has moved a campaign on, when, and why.

import { counted, dayAndClock, useLanguage, type CampaignStep } from '@moding/ui';

import styles from './desk.module.css';

/** Who makes the steps that are made by the clock. What it notes the states say already. */
const BY_ITSELF = 'hub';

export function Steps({ steps }: { steps: readonly CampaignStep[] }) {
  const { language, t } = useLanguage();
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{t('desk.steps')}</h2>
      <ol className={styles.steps}>
        {steps.toReversed().map((step) => {
          const to = t(`phase.${step.to}`);
          const from = step.from ?? null;
          return (
            <li key={`${step.at}${step.to}`}>
              <strong>{from === null ? to : t('desk.step', { from: t(`phase.${from}`), to })}</strong>
              <span className="soft">
                {t('desk.step_by', {
                  name: step.by === BY_ITSELF ? t('desk.by_itself') : step.by,
                  time: dayAndClock(step.at, language),
                })}
              </span>
              <span className="faint">
                {t('desk.step_tickets', { count: counted(step.paid_tickets) })}
              </span>
              {step.note === '' || step.by === BY_ITSELF ? null : <span className={styles.note}>{step.note}</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
