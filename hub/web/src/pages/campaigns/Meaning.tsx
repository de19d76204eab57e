// What the state of a campaign means for whoever reads it, the result, and how far everybody is
// paid back.

import {
  counted,
  dayAndClock,
  useLanguage,
  type BuyersBackView,
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
      {paidBack ? <PaidBack paidBack={paidBack} /> : null}
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

/** How far the backers, and others who had bought tickets, have their money back. */
export function PaidBack({ paidBack }: { paidBack: PaidBackView }) {
  const { t } = useLanguage();
  const { backers, buyers } = paidBack;
  return (
    <>
      {backers > 0 ? (
        <Back title={t('campaign.paid_back')} all={backers} of={paidBack}>
          {t('campaign.paid_back_words', { all: counted(backers), done: counted(paidBack.done) })}
        </Back>
      ) : null}
      {buyers ? <BuyersBack buyers={buyers} /> : null}
    </>
  );
}

function BuyersBack({ buyers }: { buyers: BuyersBackView }) {
  const { t } = useLanguage();
  const { bookings, done, at_counter: atCounter } = buyers;
  return (
    <>
      <Back title={t('campaign.buyers_back')} all={bookings} of={buyers}>
        {t('campaign.buyers_back_words', { all: counted(bookings), done: counted(done) })}
      </Back>
      {atCounter > 0 ? (
        <p className="faint">{t('campaign.buyers_at_counter', { count: atCounter })}</p>
      ) : null}
    </>
  );
}

interface BackProps {
  title: string;
  all: number;
  of: Pick<PaidBackView, 'done' | 'refused' | 'awaiting_account'>;
  /** How far it has come, in words. */
  children: string;
}

function Back({ title, all, of, children: words }: BackProps) {
  const { t } = useLanguage();
  const { done, refused, awaiting_account: awaiting } = of;
  const percent = Math.floor((done * 100) / Math.max(1, all));
  return (
    <div className={styles.paidBack}>
      <p>
        <span>{title}</span> <strong>{words}</strong>
      </p>
      <progress max={100} value={percent} aria-label={title} aria-valuetext={words} />
      {refused > 0 ? (
        <p className="faint">{t('campaign.paid_back_by_hand', { count: refused })}</p>
      ) : null}
      {awaiting > 0 ? (
        <p className="faint">{t('campaign.awaiting_account', { count: awaiting })}</p>
      ) : null}
    </div>
  );
}
