// One seat of the map. It listens to its own state only.

import { memo, useSyncExternalStore } from 'react';

import type { Seat } from '../api/types';
import { SeatShape, UNIT, type SeatDrawing } from './seat-shape';
import type { SeatShow, SeatStore } from './seat-store';
import styles from './seat-map.module.css';

interface SeatCellProps {
  seat: Seat;
  drawing: SeatDrawing;
  store: SeatStore;
  /** The one seat that the Tab key reaches. */
  tabStop: boolean;
  describe: (seat: Seat, show: SeatShow) => string;
}

export const SeatCell = memo(function SeatCell(props: SeatCellProps) {
  const { seat, drawing, store, tabStop, describe } = props;
  const show = useSyncExternalStore(
    (listener) => store.subscribeSeat(seat.seat, listener),
    () => store.show(seat.seat),
  );
  const chosen = show === 'chosen' || show === 'mine';
  const choosable = show === 'free' || show === 'chosen';
  return (
    <g
      role="gridcell"
      className={styles.cell}
      data-seat={seat.seat}
      data-show={show}
      data-kind={seat.kind}
      data-zone={drawing.zone}
      transform={`translate(${seat.x * UNIT} ${seat.y * UNIT})`}
      tabIndex={tabStop ? 0 : -1}
      aria-label={describe(seat, show)}
      aria-selected={choosable || chosen ? chosen : undefined}
      aria-disabled={choosable ? undefined : true}
    >
      <SeatShape drawing={drawing} show={show} />
    </g>
  );
});
