// Cards side by side: they scroll on a small screen and fill the row on a large one.

import type { ReactNode } from 'react';

import styles from './shelf.module.css';

interface ShelfProps {
  title: string;
  more?: ReactNode;
  children: ReactNode;
}

export function Shelf({ title, more, children }: ShelfProps) {
  return (
    <section className={styles.shelf}>
      <div className="heading">
        <h2>{title}</h2>
        {more}
      </div>
      <div className={styles.row}>{children}</div>
    </section>
  );
}
