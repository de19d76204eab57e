// The seat map: a grid that is drawn. Mouse, touch and keyboard lead to the same choice; a
// screen reader hears rows and seats.

import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
} from 'react';

import type { Seat, SeatMapView, ZonePriceView } from '../api/types';
import { useLanguage, useTexts } from '../i18n/use-language';
import { useAnnounce } from '../parts/Announcer';
import { coupleSide, extent, rowsOf, step, type SeatRow, type Step } from './geometry';
import { MapControls } from './MapControls';
import { SeatCell } from './SeatCell';
import { UNIT, type SeatDrawing } from './seat-shape';
import type { SeatShow, SeatStore } from './seat-store';
import { seatInWords, zoneOrder } from './seat-text';
import { useDrag } from './use-drag';
import { useZoom, type Zoom } from './use-zoom';
import styles from './seat-map.module.css';

export interface SeatMapProps {
  map: SeatMapView;
  store: SeatStore;
  prices: readonly ZonePriceView[];
  onToggle: (seat: Seat) => void;
  /** A finger on a smaller seat zooms in to this size first. */
  touchPx: number;
}

/** Larger seats help nobody. */
const SEAT_PX_MAX = 38;
const ZOOMED_SEAT_PX_MAX = 96;
/** Below this a figure in a seat cannot be read. */
const FIGURES_PX_MIN = 17;
const LABEL = 18;
const SCREEN = 44;
const FOOT = 4;

const STEPS: Record<string, Step> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'row_start',
  End: 'row_end',
  PageUp: 'first',
  PageDown: 'last',
};

export function SeatMap({ map, store, prices, onToggle, touchPx }: SeatMapProps) {
  const t = useTexts();
  const frame = useRef<HTMLDivElement | null>(null);
  const rows = useMemo(() => rowsOf(map.seats), [map]);
  const view = useMemo(() => viewOf(map), [map]);
  const seatsAcross = view.width / (2 * UNIT);
  const zoom = useZoom(frame, {
    widthMax: seatsAcross * Math.max(SEAT_PX_MAX, touchPx),
    zoomMax: zoomMaxFor(seatsAcross),
  });
  useDrag(frame);
  const size: SeatSize = { px: zoom.width / seatsAcross, touchPx };
  const { active, ...handlers } = useHands(map, rows, { zoom, size, onToggle });
  return (
    <div className={styles.map} data-small={size.px < FIGURES_PX_MIN ? '' : undefined}>
      <div className={styles.frame} ref={frame} data-zoomed={zoom.zoom > 1 ? '' : undefined}>
        <svg
          role="grid"
          aria-label={t('map.label')}
          aria-multiselectable="true"
          className={styles.drawing}
          width={zoom.width || undefined}
          viewBox={`${view.left} ${view.top} ${view.width} ${view.height}`}
          {...handlers}
        >
          <Screen view={view} label={t('map.screen')} />
          <Rows rows={rows} view={view} store={store} prices={prices} active={active} />
        </svg>
      </div>
      <ZoomNote zoom={zoom} small={tooSmall(size)} />
    </div>
  );
}

interface SeatSize {
  px: number;
  touchPx: number;
}

/** Whether a finger would hit the wrong seat. */
function tooSmall({ px, touchPx }: SeatSize): boolean {
  return px < touchPx * 0.8;
}

interface Hands {
  zoom: Zoom;
  size: SeatSize;
  onToggle: (seat: Seat) => void;
}

/** Mouse, finger and keyboard on the drawing, and the one seat that the Tab key reaches. */
function useHands(map: SeatMapView, rows: readonly SeatRow[], { zoom, size, onToggle }: Hands) {
  const t = useTexts();
  const announce = useAnnounce();
  const byId = useMemo(() => new Map(map.seats.map((seat) => [seat.seat, seat])), [map]);
  const [active, setActive] = useState<number>(() => startOf(rows));
  const touched = useRef(false);

  const onPointerDown = (event: PointerEvent): void => {
    touched.current = event.pointerType === 'touch';
  };
  const onClick = (event: MouseEvent): void => {
    if (touched.current && tooSmall(size)) {
      const at = { x: event.clientX, y: event.clientY };
      zoom.zoomTo((zoom.zoom * size.touchPx) / size.px, at);
      announce(t('map.zoomed'));
      return;
    }
    const seat = seatUnder(event.target, byId);
    if (seat) {
      setActive(seat.seat);
      onToggle(seat);
    }
  };
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    const seat = seatUnder(event.target, byId);
    if (!seat) {
      return;
    }
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      onToggle(seat);
      return;
    }
    const direction = STEPS[event.key];
    if (direction !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const next = step(rows, seat, direction);
      setActive(next.seat);
      focusSeat(event.currentTarget, next.seat);
    }
  };
  // A seat may have gone out of the map.
  const reached = byId.has(active) ? active : startOf(rows);
  return { active: reached, onClick, onKeyDown, onPointerDown };
}

interface RowsProps {
  rows: readonly SeatRow[];
  view: View;
  store: SeatStore;
  prices: readonly ZonePriceView[];
  active: number;
}

function Rows({ rows, view, store, prices, active }: RowsProps) {
  const { language, t } = useLanguage();
  const drawings = useMemo(() => drawingsOf(rows, prices), [rows, prices]);
  const describe = useCallback(
    (seat: Seat, show: SeatShow) => seatInWords(seat, show, { prices, language, t }),
    [prices, language, t],
  );
  return rows.map((row) => (
    <g role="row" key={row.row} aria-label={t('seat.row', { row: row.row })}>
      <RowLabels row={row} view={view} />
      {row.seats.map((seat) => (
        <SeatCell
          key={seat.seat}
          seat={seat}
          drawing={drawings.get(seat.seat) ?? PLAIN}
          store={store}
          tabStop={seat.seat === active}
          describe={describe}
        />
      ))}
    </g>
  ));
}

const PLAIN: SeatDrawing = { kind: 'standard', side: 'alone', zone: 0, row: '', number: 0 };

function ZoomNote({ zoom, small }: { zoom: Zoom; small: boolean }) {
  const t = useTexts();
  return (
    <div className={styles.below}>
      <p className={styles.hint}>{small ? t('map.hint_touch') : null}</p>
      <MapControls zoom={zoom} />
    </div>
  );
}

function Screen({ view, label }: { view: View; label: string }) {
  const middle = view.left + view.width / 2;
  const half = Math.min(view.width * 0.36, 210);
  const y = view.top + 14;
  return (
    <g aria-hidden="true" className={styles.screen}>
      <path d={`M${middle - half} ${y + 9}Q${middle} ${y - 7} ${middle + half} ${y + 9}`} />
      <text x={middle} y={y + 17}>
        {label}
      </text>
    </g>
  );
}

function RowLabels({ row, view }: { row: SeatRow; view: View }) {
  const [first, last] = [row.seats[0], row.seats.at(-1)];
  if (!first || !last) {
    return null;
  }
  return (
    <g aria-hidden="true" className={styles.row}>
      <text x={view.left + LABEL / 2} y={first.y * UNIT + 13.4}>
        {row.row}
      </text>
      <text x={view.left + view.width - LABEL / 2} y={last.y * UNIT + 13.4}>
        {row.row}
      </text>
    </g>
  );
}

interface View {
  left: number;
  top: number;
  width: number;
  height: number;
}

function viewOf(map: SeatMapView): View {
  const room = extent(map.seats);
  return {
    left: room.left * UNIT - LABEL,
    top: room.top * UNIT - SCREEN,
    width: (room.right - room.left) * UNIT + 2 * LABEL,
    height: (room.bottom - room.top) * UNIT + SCREEN + FOOT,
  };
}

/** Enough that a seat on the narrowest screen can grow to a size for any finger. */
function zoomMaxFor(seatsAcross: number): number {
  const narrowestPx = 320 / seatsAcross;
  return Math.max(2, ZOOMED_SEAT_PX_MAX / narrowestPx);
}

function drawingsOf(
  rows: readonly SeatRow[],
  prices: readonly ZonePriceView[],
): Map<number, SeatDrawing> {
  const zones = zoneOrder(prices).map((zone) => zone.zone);
  const drawings = new Map<number, SeatDrawing>();
  for (const row of rows) {
    for (const seat of row.seats) {
      drawings.set(seat.seat, {
        kind: seat.kind,
        side: seat.kind === 'couple' ? coupleSide(row, seat) : 'alone',
        zone: Math.max(0, zones.indexOf(seat.zone)),
        row: seat.row,
        number: seat.number,
      });
    }
  }
  return drawings;
}

/** Tab first lands in the middle of the middle row: from there everything is near. */
function startOf(rows: readonly SeatRow[]): number {
  const row = rows[Math.floor(rows.length / 2)];
  return row?.seats[Math.floor(row.seats.length / 2)]?.seat ?? 0;
}

function seatUnder(target: EventTarget, byId: ReadonlyMap<number, Seat>): Seat | undefined {
  const cell = target instanceof Element ? target.closest('[data-seat]') : null;
  return cell ? byId.get(Number(cell.getAttribute('data-seat'))) : undefined;
}

function focusSeat(svg: SVGSVGElement, seat: number): void {
  const cell = svg.querySelector<SVGGElement>(`[data-seat="${seat}"]`);
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
