// What is chosen and what it costs; the one thing to do next.

import { Notice, Refusal, placeName, shortLabel, won, useLanguage, zoneName, type ScreeningSummary, type Seat, type Holding, type SeatChoice } from '@moding/ui';

import styles from './seats.module.css';

interface ChoicePanelProps {
  screening: ScreeningSummary;
  choice: SeatChoice;
  holding: Holding;
}

export function ChoicePanel({ screening, choice, holding }: ChoicePanelProps) {
  const { t } = useLanguage();
  const { seats, amountWon, notice } = choice;
  const asking = holding.state === 'asking';
  const ready = seats.length > 0 && !asking && screening.sale === 'open';
  const label = (): string => {
    if (asking) {
      return t('choice.holding');
    }
    return seats.length === 0
      ? t('choice.continue_empty')
      : t('choice.continue', { amount: won(amountWon, t) });
  };
  return (
    <aside className={styles.panel} aria-label={t('choice.title')}>
      {holding.problem ? <Refusal problem={holding.problem} onTake={choice.take} /> : null}
      {notice !== null && !holding.problem ? <Notice tone="plain">{notice}</Notice> : null}
      <div className={styles.choiceHead}>
        <h2>{t('choice.title')}</h2>
        {seats.length > 0 ? (
          <button type="button" className={styles.clear} onClick={choice.clear}>
            {t('choice.clear')}
          </button>
        ) : null}
      </div>
      {seats.length === 0 ? (
        <p className={styles.noneYet}>{t('choice.none')}</p>
      ) : (
        <Chosen screening={screening} choice={choice} />
      )}
      <button type="button" className="button next" disabled={!ready} onClick={holding.hold}>
        {label()}
      </button>
    </aside>
  );
}

function Chosen({ screening, choice }: { screening: ScreeningSummary; choice: SeatChoice }) {
  const { t } = useLanguage();
  return (
    <>
      <ul className={styles.chosen}>
        {choice.seats.map((seat) => (
          <ChosenSeat key={seat.seat} seat={seat} screening={screening} choice={choice} />
        ))}
      </ul>
      <p className={styles.total}>
        <span>
          {t('choice.total')} · {t('choice.seats', { count: choice.seats.length })}
        </span>
        <strong>{won(choice.amountWon, t)}</strong>
      </p>
    </>
  );
}

interface ChosenSeatProps {
  seat: Seat;
  screening: ScreeningSummary;
  choice: SeatChoice;
}

function ChosenSeat({ seat, screening, choice }: ChosenSeatProps) {
  const { language, t } = useLanguage();
  const zone = screening.prices.find((price) => price.zone === seat.zone);
  return (
    <li>
      <strong>{shortLabel(seat)}</strong>
      <span>
        {seat.kind === 'standard' ? '' : `${t(`seat.kind.${seat.kind}`)} · `}
        {zone ? zoneName(zone, language) : ''}
      </span>
      <span>{zone ? won(zone.price_won, t) : ''}</span>
      <button
        type="button"
        aria-label={t('choice.remove', { seat: placeName(seat, t) })}
        onClick={() => {
          choice.toggle(seat);
        }}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5.5 5.5 14.5 14.5M14.5 5.5 5.5 14.5" />
        </svg>
      </button>
    </li>
  );
}
