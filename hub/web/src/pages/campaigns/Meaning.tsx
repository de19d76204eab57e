// What the state of a campaign means for whoever reads it, the result, and how far everybody is
// paid back.

import {
  counted,
  dayAndClock,
  useLanguage,
  type CampaignView,
  type Language,
  type PaidBackView,
  type Translate,
} from '@moding/ui';

import styles from './campaigns.module.css';

export function Meaning({ campaign }: { campaign: CampaignView }) {
  const { language, t } = useLanguage();
  const { result, paid_back: paidBack } = campaign;
  return (
    <div className={styles.meaning}>
      <p role="status">{meaningOf(campaign, language, t)}</p>
      {result ? (
        <p className="faint">
          {t('campaign.result_words', {
            time: dayAndClock(result.decided_at, language),
            paid: counted(result.paid_tickets),
            backers: counted(result.backers),
          })}
        </p>
      ) : null}
      {paidBack && paidBack.backers > 0 ? <PaidBack paidBack={paidBack} /> : null}
    </div>
  );
}

/** The state in plain words, with the time that matters in it. */
export function meaningOf(campaign: CampaignView, language: Language, t: Translate): string {
  const { phase, offer, windows, now } = campaign;
  const time = (at: number | undefined): string => (at === undefined ? '' : dayAndClock(at, language));
  switch (phase) {
    case 'scheduled':
      return t('phase.means.scheduled', { time: time(offer?.opens_at) });
    case 'succeeded':
      return t('phase.means.succeeded', { time: time(windows?.backers_from) });
    case 'booking':
      return windows && now < windows.public_from
        ? t('phase.means.booking_backers', { time: time(windows.public_from) })
        : t('phase.means.booking_everybody');
    case 'requested':
    case 'offered':
    case 'open':
    case 'tallying':
    case 'screened':
    case 'settled':
    case 'failed':
    case 'cancelled':
    case 'refunded':
      return t(`phase.means.${phase}`);
  }
}

export function PaidBack({ paidBack }: { paidBack: PaidBackView }) {
  const { t } = useLanguage();
  const { backers: all, done, refused } = paidBack;
  const percent = Math.floor((done * 100) / Math.max(1, all));
  const words = t('campaign.paid_back_words', { all: counted(all), done: counted(done) });
  return (
    <div className={styles.paidBack}>
      <p>
        <span>{t('campaign.paid_back')}</span> <strong>{words}</strong>
      </p>
      <progress max={100} value={percent} aria-label={t('campaign.paid_back')} aria-valuetext={words} />
      {refused > 0 ? (
        <p className="faint">{t('campaign.paid_back_by_hand', { count: refused })}</p>
      ) : null}
    </div>
  );
}
