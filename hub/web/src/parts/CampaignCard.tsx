// A campaign in a list: the film, how near it is to its goal, and how long it has.

import {
  GoalBar,
  PhaseChip,
  Poster,
  counted,
  dateInFull,
  leftInWords,
  nextMoment,
  startClock,
  theaterName,
  titleOf,
  useLanguage,
  type CampaignView,
} from '@moding/ui';
import { Link } from 'react-router';

import styles from './cards.module.css';

export function CampaignCard({ campaign }: { campaign: CampaignView }) {
  const { language, t } = useLanguage();
  const { movie, offer, percent, phase } = campaign;
  return (
    <Link to={`/campaigns/${campaign.campaign}`} className={styles.screening}>
      <Poster movie={movie} />
      <span className={styles.caption}>
        <span className={styles.funding}>
          <strong>{t('campaign.percent', { percent })}</strong>
          {phase === 'open' ? <Left campaign={campaign} /> : <PhaseChip phase={phase} />}
        </span>
        {offer ? <GoalBar paid={campaign.paid_tickets} goal={offer.goal} percent={percent} /> : null}
        <span className={styles.name}>{titleOf(movie, language)}</span>
        <small>
          {theaterName(campaign.theater, language)}
          {offer
            ? ` · ${dateInFull(offer.business_date, language)} ${startClock(offer.time_label)}`
            : ''}
        </small>
        <small>{t('campaign.people', { count: counted(campaign.backers) })}</small>
      </span>
    </Link>
  );
}

function Left({ campaign }: { campaign: CampaignView }) {
  const { t } = useLanguage();
  const next = nextMoment(campaign);
  return next === null ? null : (
    <small>
      {t('campaign.time_left')} {leftInWords(next.at - campaign.now, t)}
    </small>
  );
}
