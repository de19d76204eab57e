// What the forms on the map mean: only those that this room and this moment have.

import { useSyncExternalStore } from 'react';

import type { SeatKind, SeatMapView, ZonePriceView } from '../api/types';
import { won } from '../format/money';
import { zoneName } from '../format/movie';
import { useLanguage } from '../i18n/use-language';
import { SeatShape, type SeatDrawing } from './seat-shape';
import type { SeatShow, SeatStore } from './seat-store';
import { zoneOrder } from './seat-text';
import styles from './seat-map.module.css';

interface LegendProps {
  map: SeatMapView;
  store: SeatStore;
  prices: readonly ZonePriceView[];
}

const SHOWN_ALWAYS: readonly SeatShow[] = ['chosen', 'sold'];
const SHOWN_IF_THERE = ['held', 'elsewhere', 'blocked'] as const;
const KINDS: readonly SeatKind[] = ['couple', 'wheelchair', 'companion'];

export function Legend({ map, store, prices }: LegendProps) {
  const { t, language } = useLanguage();
  useSyncExternalStore(store.subscribeAny, store.version);
  const zones = zoneOrder(prices).filter((zone) => map.seats.some((seat) => seat.zone === zone.zone));
  const shows = [...SHOWN_ALWAYS, ...SHOWN_IF_THERE.filter((look) => store.count(look) > 0)];
  const drawn = zones.map((zone) => kindOf(map, zone.zone));
  const kinds = KINDS.filter(
    (kind) => !drawn.includes(kind) && map.seats.some((seat) => seat.kind === kind),
  );
  return (
    <ul className={styles.legend} aria-label={t('map.legend')}>
      {zones.map((zone, at) => (
        <li key={zone.zone}>
          <Sample
            drawing={{ ...PLAIN, zone: at, kind: drawn[at] ?? 'standard', side: 'left' }}
            show="free"
          />
          <span>
            {zoneName(zone, language)} <strong>{won(zone.price_won, t)}</strong>
          </span>
        </li>
      ))}
      {kinds.map((kind) => (
        <li key={kind}>
          <Sample drawing={{ ...PLAIN, kind, side: 'left' }} show="free" />
          {t(`seat.kind.${kind}`)}
        </li>
      ))}
      {shows.map((show) => (
        <li key={show}>
          <Sample drawing={PLAIN} show={show} />
          {t(`seat.look.${show}`)}
        </li>
      ))}
    </ul>
  );
}

/** The kind of a zone that has only one, which then needs no line of its own. */
function kindOf(map: SeatMapView, zone: string): SeatKind {
  const kinds = new Set(map.seats.filter((seat) => seat.zone === zone).map((seat) => seat.kind));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : 'standard';
}

const PLAIN: SeatDrawing = { kind: 'standard', side: 'alone', zone: 0, row: '', number: 7 };

function Sample({ drawing, show }: { drawing: SeatDrawing; show: SeatShow }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={styles.map}>
      <g className={styles.cell} data-show={show} data-zone={drawing.zone}>
        <SeatShape drawing={drawing} show={show} />
      </g>
    </svg>
  );
}
