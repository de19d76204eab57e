// How one seat is drawn. Every state differs in form as well as in colour: free has its
// number, elsewhere a dotted edge, held a clock, sold a cross, blocked a bar, chosen a tick.

import type { SeatKind } from '../api/types';
import type { SeatShow } from './seat-store';
import styles from './seat-map.module.css';

/** Drawing units per half seat. */
export const UNIT = 10;
const PITCH = 2 * UNIT;
const GAP = 1.6;
const SIDE = PITCH - 2 * GAP;
const MIDDLE = PITCH / 2;
/** Every further price zone gets one more stroke under the number, up to this many. */
export const ZONE_STROKES_MAX = 3;

export type CoupleSide = 'left' | 'right' | 'alone';

export interface SeatDrawing {
  kind: SeatKind;
  side: CoupleSide;
  /** 0 for the cheapest zone. */
  zone: number;
  row: string;
  number: number;
}

export function SeatShape({ drawing, show }: { drawing: SeatDrawing; show: SeatShow }) {
  return (
    <>
      <path className={styles.body} d={bodyOf(drawing)} />
      <Mark drawing={drawing} show={show} />
    </>
  );
}

function bodyOf({ kind, side }: SeatDrawing): string {
  if (kind === 'wheelchair') {
    return rounded({ left: GAP, right: PITCH - GAP, leftRadius: SIDE / 2, rightRadius: SIDE / 2 });
  }
  if (kind === 'couple' && side !== 'alone') {
    return side === 'left'
      ? rounded({ left: GAP, right: PITCH - 0.4, leftRadius: 6, rightRadius: 0.8 })
      : rounded({ left: 0.4, right: PITCH - GAP, leftRadius: 0.8, rightRadius: 6 });
  }
  return rounded({ left: GAP, right: PITCH - GAP, leftRadius: 4.5, rightRadius: 4.5 });
}

interface Box {
  left: number;
  right: number;
  leftRadius: number;
  rightRadius: number;
}

function rounded({ left, right, leftRadius: a, rightRadius: b }: Box): string {
  const [top, bottom] = [GAP, PITCH - GAP];
  return [
    `M${left + a} ${top}H${right - b}A${b} ${b} 0 0 1 ${right} ${top + b}`,
    `V${bottom - b}A${b} ${b} 0 0 1 ${right - b} ${bottom}`,
    `H${left + a}A${a} ${a} 0 0 1 ${left} ${bottom - a}`,
    `V${top + a}A${a} ${a} 0 0 1 ${left + a} ${top}Z`,
  ].join('');
}

function Mark({ drawing, show }: { drawing: SeatDrawing; show: SeatShow }) {
  switch (show) {
    case 'free':
    case 'elsewhere':
      return <Free drawing={drawing} />;
    case 'chosen':
    case 'mine':
      return <path className={styles.tick} d="M5.6 10.4 8.8 13.5 14.4 7" />;
    case 'held':
      return (
        <g className={styles.mark}>
          <circle cx={MIDDLE} cy={MIDDLE} r={4.4} />
          <path d="M10 7.4V10.2L12 11.6" />
        </g>
      );
    case 'sold':
      return <path className={styles.mark} d="M7 7 13 13M13 7 7 13" />;
    case 'blocked':
      return <path className={styles.mark} d="M5.4 10H14.6" />;
  }
}

function Free({ drawing }: { drawing: SeatDrawing }) {
  if (drawing.kind === 'wheelchair') {
    return (
      <g className={styles.icon}>
        <circle cx={9} cy={5.4} r={1.2} className={styles.dot} />
        <path d="M9 7.4V11H12.4L13.8 14.4M9 8.8H11.8" />
        <path d="M7.4 9.4A3.4 3.4 0 1 0 12 13.4" />
      </g>
    );
  }
  return (
    <>
      <text className={styles.number} x={MIDDLE} y={drawing.zone === 0 ? 12.9 : 11.9}>
        <tspan className={styles.letter}>{drawing.row}</tspan>
        {drawing.number}
      </text>
      {drawing.kind === 'companion' ? (
        <path className={styles.icon} d="M10 3.4V5.8M8.8 4.6H11.2" />
      ) : null}
      <ZoneStrokes zone={drawing.zone} />
    </>
  );
}

function ZoneStrokes({ zone }: { zone: number }) {
  const count = Math.min(zone, ZONE_STROKES_MAX);
  const strokes = Array.from({ length: count }, (_, at) => {
    const x = MIDDLE - (count * 3.4 - 0.8) / 2 + at * 3.4;
    return `M${x.toFixed(1)} 15.4h2.6`;
  });
  return count === 0 ? null : <path className={styles.zone} d={strokes.join('')} />;
}
