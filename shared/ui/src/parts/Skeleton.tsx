// The shape of what is coming. It says "loading" once, to those who cannot see it.

import { useTexts } from '../i18n/use-language';
import styles from './parts.module.css';

export type SkeletonShape = 'line' | 'title' | 'poster' | 'row' | 'map' | 'chip';

interface SkeletonProps {
  shape: SkeletonShape;
  count?: number;
}

export function Skeleton({ shape, count = 1 }: SkeletonProps) {
  return Array.from({ length: count }, (_, at) => (
    <span key={at} className={styles.skeleton} data-shape={shape} aria-hidden="true" />
  ));
}

export function Loading({ children }: { children: React.ReactNode }) {
  const t = useTexts();
  return (
    <div className={styles.loading} aria-busy="true">
      <span className="spoken" role="status">
        {t('state.loading')}
      </span>
      {children}
    </div>
  );
}
