// The map in claim mode: exactly so many seats, then they are booked at once.

import {
  ElsewhereNote,
  Failed,
  Legend,
  LiveLine,
  Loading,
  Notice,
  Refusal,
  SeatMap,
  Skeleton,
  placeName,
  shortLabel,
  useTexts,
  type PledgeView,
  type ScreeningSummary,
  type SeatChoice,
} from '@moding/ui';

import { LinkNote } from '../../parts/LinkNote';
import seats from '../seats/seats.module.css';
import { useClaim, type Placing } from './use-claim';

/** A finger needs a seat this large. */
const TOUCH_PX = 34;

interface ClaimChooserProps {
  pledge: PledgeView;
  phone: string;
  screening: ScreeningSummary;
}

export function ClaimChooser({ pledge, phone, screening }: ClaimChooserProps) {
  const { live, choice, placing } = useClaim(pledge, phone, screening);
  if (live.problem) {
    return <Failed problem={live.problem} onRetry={live.retry} />;
  }
  if (!live.map || live.asOf === null) {
    return (
      <Loading>
        <Skeleton shape="map" />
      </Loading>
    );
  }
  const { map, store, elsewhere } = live;
  return (
    <div className={seats.columns}>
      <div className={seats.main}>
        <div className={seats.mapCard}>
          <LiveLine live={live} />
          <SeatMap
            map={map}
            store={store}
            prices={screening.prices}
            onToggle={choice.toggle}
            touchPx={TOUCH_PX}
          />
          <Legend map={map} store={store} prices={screening.prices} />
        </div>
        {elsewhere ? (
          <ElsewhereNote side="hub" elsewhere={elsewhere} store={store} />
        ) : (
          <LinkNote link={screening.link} />
        )}
      </div>
      <ClaimPanel count={pledge.tickets} choice={choice} placing={placing} />
    </div>
  );
}

interface ClaimPanelProps {
  count: number;
  choice: SeatChoice;
  placing: Placing;
}

function ClaimPanel({ count, choice, placing }: ClaimPanelProps) {
  const t = useTexts();
  const asking = placing.state === 'asking';
  const chosen = choice.seats.length;
  return (
    <aside className={seats.panel} aria-label={t('choice.title')}>
      {placing.problem ? <Refusal problem={placing.problem} onTake={choice.take} /> : null}
      {choice.notice !== null && !placing.problem ? (
        <Notice tone="plain">{choice.notice}</Notice>
      ) : null}
      <div className={seats.choiceHead}>
        <h2>{t('choice.title')}</h2>
        {chosen > 0 ? (
          <button type="button" className={seats.clear} onClick={choice.clear}>
            {t('choice.clear')}
          </button>
        ) : null}
      </div>
      <p className="soft">{t('claim.choose_exactly', { count, chosen })}</p>
      <Chosen choice={choice} />
      <button
        type="button"
        className="button quiet"
        onClick={() => {
          choice.offer(count, 'seats');
        }}
      >
        {t('claim.offer', { count })}
      </button>
      <button
        type="button"
        className="button next"
        disabled={asking || chosen !== count}
        onClick={placing.place}
      >
        {t(asking ? 'claim.placing' : 'claim.place')}
      </button>
    </aside>
  );
}

function Chosen({ choice }: { choice: SeatChoice }) {
  const t = useTexts();
  if (choice.seats.length === 0) {
    return null;
  }
  return (
    <ul className={seats.chosen}>
      {choice.seats.map((seat) => (
        <li key={seat.seat}>
          <strong>{shortLabel(seat)}</strong>
          <span>{t(`seat.kind.${seat.kind}`)}</span>
          <span />
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
      ))}
    </ul>
  );
}
