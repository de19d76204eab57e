// The picture behind a poster's title: a few plain shapes per kind of film.

import { fraction, type Motif } from './palette';
import styles from './poster.module.css';

const WIDTH = 200;
const HEIGHT = 300;

/** A number between two bounds that belongs to one film. */
type Pick = (use: number, from: number, to: number) => number;

export function MotifDrawing({ motif, movie }: { motif: Motif; movie: number }) {
  const pick: Pick = (use, from, to) => from + fraction(movie, use) * (to - from);
  return (
    <svg
      className={styles.motif}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
    >
      {SHAPES[motif](pick)}
    </svg>
  );
}

const SHAPES: Record<Motif, (pick: Pick) => React.ReactNode> = {
  horizon: (pick) => {
    const [y, x, r] = [pick(10, 130, 190), pick(11, 60, 140), pick(12, 34, 62)];
    return (
      <>
        <circle className={styles.light} cx={x} cy={y} r={r} />
        <path className={styles.shade} d={`M0 ${y}H200V300H0Z`} />
        {[8, 22, 42, 68].map((down) => (
          <path key={down} className={styles.line} d={`M${x - r - 8 + down / 3} ${y + down}H${x + r + 8 - down / 3}`} />
        ))}
      </>
    );
  },
  moon: (pick) => {
    const [x, y, r] = [pick(10, 70, 140), pick(11, 70, 130), pick(12, 46, 74)];
    return (
      <>
        <circle className={styles.light} cx={x} cy={y} r={r} />
        <circle className={styles.eclipse} cx={x + r * 0.42} cy={y - r * 0.18} r={r * 0.96} />
        <path className={styles.shade} d="M0 236Q50 206 104 232T200 222V300H0Z" />
      </>
    );
  },
  slashes: (pick) => {
    const lean = pick(10, 50, 110);
    return [0, 1, 2, 3].map((at) => {
      const [x, wide] = [pick(20 + at, -40, 190), pick(30 + at, 6, 34)];
      const shape = `M${x + lean} 0H${x + lean + wide}L${x + wide - 30} 300H${x - 30}Z`;
      return <path key={at} className={at % 2 === 0 ? styles.light : styles.shade} d={shape} />;
    });
  },
  rings: (pick) => {
    const [x, y] = [pick(10, 50, 160), pick(11, 70, 200)];
    return (
      <>
        {[18, 38, 62, 90, 122, 158].map((r) => (
          <circle key={r} className={styles.line} cx={x} cy={y} r={r} />
        ))}
        <circle className={styles.light} cx={x} cy={y} r={8} />
      </>
    );
  },
  pair: (pick) => {
    const [x, y, r, apart] = [100, pick(10, 96, 150), pick(11, 44, 64), pick(12, 22, 40)];
    return (
      <>
        <circle className={styles.light} cx={x - apart} cy={y} r={r} />
        <circle className={styles.light} cx={x + apart} cy={y + pick(13, -14, 14)} r={r} />
      </>
    );
  },
  dots: (pick) => {
    const [lean, from] = [pick(10, 0.4, 1.2), pick(11, 1, 3)];
    const dots = Array.from({ length: 70 }, (_, at) => [at % 7, Math.floor(at / 7)] as const);
    return dots.map(([column, row]) => (
      <circle
        key={`${column}.${row}`}
        className={styles.faint}
        cx={16 + column * 28}
        cy={18 + row * 29}
        r={Math.max(0.6, from + Math.max(0, row - 1) * lean * 0.75 + (column - 3) * 0.6)}
      />
    ));
  },
  rays: (pick) => {
    const [x, y] = [pick(10, 40, 160), pick(11, 190, 270)];
    return Array.from({ length: 9 }, (_, at) => {
      const turn = Math.PI * (1 + (at + 0.2) / 9);
      const wide = 0.07 + pick(20 + at, 0, 0.09);
      const end = (angle: number): string =>
        `${(x + Math.cos(angle) * 420).toFixed(1)} ${(y + Math.sin(angle) * 420).toFixed(1)}`;
      return <path key={at} className={styles.light} d={`M${x} ${y}L${end(turn)}L${end(turn + wide)}Z`} />;
    });
  },
  waves: (pick) =>
    Array.from({ length: 9 }, (_, at) => {
      const [y, high] = [70 + at * 21, pick(20 + at, 6, 26)];
      const wave = `M-10 ${y}C40 ${y - high} 60 ${y + high} 100 ${y}S170 ${y - high} 210 ${y}`;
      return <path key={at} className={styles.line} d={wave} />;
    }),
  ridges: (pick) =>
    [0, 1, 2, 3].map((at) => {
      const y = 130 + at * 38;
      const [a, b, c] = [pick(20 + at, 20, 90), pick(30 + at, 70, 140), pick(40 + at, 130, 190)];
      const ridge = `M0 ${y + 20}L${a} ${y - 34}L${b} ${y + 12}L${c} ${y - 22}L200 ${y + 26}V300H0Z`;
      return <path key={at} className={at % 2 === 0 ? styles.light : styles.shade} d={ridge} />;
    }),
};
