// The map and the choice beside it (below it on a small screen), and the step to a hold.

import {
  ElsewhereNote,
  Failed,
  Legend,
  LiveLine,
  Loading,
  Notice,
  PartyPicker,
  SeatMap,
  Skeleton,
  useSeats,
  useTexts,
  type LiveSeats,
  type ScreeningSummary,
  type SeatChoice,
  type SeatMapView,
} from '@moding/ui';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { LinkNote } from '../../parts/LinkNote';
import { rememberHold } from '../../visit';
import { HeldBefore } from './HeldBefore';
import { ChoicePanel } from './ChoicePanel';
import styles from './seats.module.css';

/** A finger needs a seat this large. */
const TOUCH_PX = 34;

export function SeatChooser({ screening }: { screening: ScreeningSummary }) {
  const hub = useHub();
  const navigate = useNavigate();
  const { live, choice, holding } = useSeats(hub, screening, (hold) => {
    rememberHold(screening.screening, hold.hold);
    void navigate(`/checkout/${hold.hold}`);
  });

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
  const wheelchairs = live.map.seats.some((seat) => seat.kind === 'wheelchair') ? 'there' : 'none';
  return (
    <div className={styles.columns}>
      {screening.sale === 'open' ? (
        <div className={styles.party}>
          <PartyPicker choice={choice} wheelchairs={wheelchairs} />
        </div>
      ) : null}
      <div className={styles.main}>
        <HeldBefore screening={screening.screening} store={live.store} />
        <SaleNote screening={screening} />
        <MapWithNotes screening={screening} live={live} map={live.map} choice={choice} />
      </div>
      <ChoicePanel screening={screening} choice={choice} holding={holding} />
    </div>
  );
}

function SaleNote({ screening }: { screening: ScreeningSummary }) {
  const t = useTexts();
  return screening.sale === 'open' ? null : (
    <Notice tone="care" title={t('seats.closed_now')}>
      {t(screening.sale === 'not_yet' ? 'problem.sale_not_open' : 'problem.sale_closed')}
    </Notice>
  );
}

interface MapWithNotesProps {
  screening: ScreeningSummary;
  live: LiveSeats;
  map: SeatMapView;
  choice: SeatChoice;
}

function MapWithNotes({ screening, live, map, choice }: MapWithNotesProps) {
  const { elsewhere, store } = live;
  return (
    <>
      <div className={styles.mapCard}>
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
    </>
  );
}
