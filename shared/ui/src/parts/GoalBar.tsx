// How near a campaign is to its goal: a bar with its words beside it.

import { counted } from '../format/money';
import { useTexts } from '../i18n/use-language';
import styles from './goal.module.css';

interface GoalBarProps {
  paid: number;
  goal: number;
  percent: number;
}

export function GoalBar({ paid, goal, percent }: GoalBarProps) {
  const t = useTexts();
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={t('campaign.progress')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent)}
      aria-valuetext={t('campaign.progress_words', {
        goal: counted(goal),
        paid: counted(paid),
        percent,
      })}
      data-reached={paid >= goal ? '' : undefined}
    >
      <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">
        <rect width={Math.min(100, percent)} height="1" />
      </svg>
    </div>
  );
}
