// Zoom for those who do not pinch.

import { useTexts } from '../i18n/use-language';
import type { Zoom } from './use-zoom';
import styles from './seat-map.module.css';

export function MapControls({ zoom }: { zoom: Zoom }) {
  const t = useTexts();
  return (
    <div className={styles.controls}>
      <button type="button" onClick={zoom.zoomOut} disabled={zoom.zoom <= 1} aria-label={t('map.zoom_out')}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5 10H15" />
        </svg>
      </button>
      <button type="button" onClick={zoom.fit} disabled={zoom.zoom <= 1}>
        {t('map.zoom_fit')}
      </button>
      <button
        type="button"
        onClick={zoom.zoomIn}
        disabled={zoom.zoom >= zoom.zoomMax}
        aria-label={t('map.zoom_in')}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5 10H15M10 5V15" />
        </svg>
      </button>
    </div>
  );
}
