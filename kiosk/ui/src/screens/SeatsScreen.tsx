// The seats of a screening, and the step to a hold.

import {
  ElsewhereNote,
  Failed,
  Legend,
  LiveLine,
  Loading,
  PartyPicker,
  Refusal,
  SeatMap,
  Skeleton,
  shortLabels,
  titleOf,
  useLanguage,
  useResource,
  useSeats,
  whenInFull,
  won,
  type LiveSeats,
  type Problem,
  type ScreeningSummary,
  type SeatChoice,
  type SeatMapView,
} from '@moding/ui';
import { useNavigate, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { rememberHold } from '../visit';
import styles from './screens.module.css';

/** 20 mm for a finger. */
const TOUCH_PX = 84;

export function SeatsScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const id = Number(useParams()['screening']);
  const { resource, reload } = useResource(`screening.${id}`, (signal) =>
    client.screening(id, signal),
  );
  switch (resource.state) {
    case 'loading':
      return (
        <Screen title={t('kiosk.seats')}>
          <Loading>
            <Skeleton shape="map" />
          </Loading>
        </Screen>
      );
    case 'failed':
      return (
        <Screen title={t('kiosk.seats')}>
          <Failed problem={resource.problem} onRetry={reload} />
        </Screen>
      );
    case 'ready':
      return <Seats key={id} screening={resource.value} />;
  }
}

function Seats({ screening }: { screening: ScreeningSummary }) {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const navigate = useNavigate();
  const { live, choice, holding } = useSeats(client, screening, (hold) => {
    rememberHold(hold.hold);
    void navigate(`/holds/${hold.hold}`, { replace: true });
  });
  const asking = holding.state === 'asking';
  const { seats, amountWon } = choice;
  const next = asking ? t('choice.holding') : t('kiosk.next_pay', { amount: won(amountWon, t) });
  return (
    <Screen
      title={t('kiosk.seats')}
      lead={
        <>
          {titleOf(screening.movie, language)}
          <br />
          {whenInFull(screening.time_label, screening.business_date, language)} ·{' '}
          {screening.auditorium.name}
        </>
      }
      actions={
        <>
          <p className={styles.summary} aria-live="off">
            <span>{choice.notice ?? (seats.length === 0 ? t('choice.none') : shortLabels(seats))}</span>
            {seats.length === 0 ? null : (
              <strong>{t('choice.seats', { count: seats.length })}</strong>
            )}
          </p>
          <button
            type="button"
            className="button quiet"
            onClick={() => void navigate(`/screenings?date=${screening.business_date}`)}
          >
            {t('kiosk.back')}
          </button>
          <button
            type="button"
            className="button next"
            disabled={seats.length === 0 || asking}
            onClick={holding.hold}
          >
            {seats.length === 0 ? t('choice.continue_empty') : next}
          </button>
        </>
      }
    >
      <Body screening={screening} live={live} choice={choice} problem={holding.problem} />
    </Screen>
  );
}

interface BodyProps {
  screening: ScreeningSummary;
  live: LiveSeats;
  choice: SeatChoice;
  problem: Problem | null;
}

function Body({ screening, live, choice, problem }: BodyProps) {
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
  return (
    <div className={styles.seats}>
      {problem ? <Refusal problem={problem} onTake={choice.take} /> : null}
      <Room screening={screening} live={live} map={live.map} choice={choice} />
    </div>
  );
}

interface RoomProps {
  screening: ScreeningSummary;
  live: LiveSeats;
  map: SeatMapView;
  choice: SeatChoice;
}

function Room({ screening, live, map, choice }: RoomProps) {
  const wheelchairs = map.seats.some((seat) => seat.kind === 'wheelchair') ? 'there' : 'none';
  return (
    <>
      <PartyPicker choice={choice} wheelchairs={wheelchairs} />
      <SeatMap
        map={map}
        store={live.store}
        prices={screening.prices}
        onToggle={choice.toggle}
        touchPx={TOUCH_PX}
      />
      <Legend map={map} store={live.store} prices={screening.prices} />
      <LiveLine live={live} />
      <ElsewhereNote side="kiosk" elsewhere={live.elsewhere} store={live.store} />
    </>
  );
}
