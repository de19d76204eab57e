// The rules of a campaign in plain words, with its own numbers in them.

import { counted, useTexts, type CampaignView } from '@moding/ui';

import styles from './campaigns.module.css';

const HOUR_MS = 3_600_000;

export function Rules({ campaign }: { campaign: CampaignView }) {
  const t = useTexts();
  const { offer, rules } = campaign;
  if (!offer) {
    return null;
  }
  const said = [
    t('campaign.rule.all_or_nothing', { goal: counted(offer.goal) }),
    t('campaign.rule.change'),
    t('campaign.rule.one', { count: rules.tickets_max }),
    t('campaign.rule.count', { hours: Math.round(rules.grace_ms / HOUR_MS) }),
    t('campaign.rule.seats', { hours: Math.round(rules.place_before_ms / HOUR_MS) }),
    t('campaign.rule.refund'),
  ];
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">{t('campaign.rules')}</h2>
      <ol className={styles.rules}>
        {said.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ol>
    </section>
  );
}
