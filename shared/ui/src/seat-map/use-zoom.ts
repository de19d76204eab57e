// Zoom of the seat map. The browser scrolls, which is smooth and knows momentum, keyboards and
// screen readers; only the size of the drawing changes. While two fingers move, the drawing is
// only transformed, and drawn anew once they let go.

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

const ZOOM_STEP = 1.5;

interface Anchor {
  /** Where in the drawing, as a share of its size. */
  x: number;
  y: number;
  /** Where in the window onto it, in pixels. */
  left: number;
  top: number;
}

export interface Zoom {
  /** Width of the drawing in pixels. */
  width: number;
  /** 1 shows all. */
  zoom: number;
  zoomMax: number;
  /** Zooms to a factor, keeping the point under `at` (client coordinates) where it is. */
  zoomTo: (factor: number, at?: { x: number; y: number }) => void;
  zoomIn: () => void;
  zoomOut: () => void;
  fit: () => void;
}

export interface ZoomLimits {
  /** Natural width of the drawing where seats have their largest useful size. */
  widthMax: number;
  zoomMax: number;
}

/** `frame` is the window onto the drawing, which is its only child. */
export function useZoom(
  frame: RefObject<HTMLDivElement | null>,
  { widthMax, zoomMax }: ZoomLimits,
): Zoom {
  const [fitWidth, setFitWidth] = useState(0);
  const [zoom, setZoom] = useState(1);
  const anchor = useRef<Anchor | null>(null);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(() => {
      setFitWidth(Math.min(element.clientWidth, widthMax));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [frame, widthMax]);

  const zoomTo = useCallback(
    (factor: number, at?: { x: number; y: number }) => {
      anchor.current = anchorAt(frame, at);
      setZoom(Math.min(zoomMax, Math.max(1, factor)));
    },
    [frame, zoomMax],
  );

  useLayoutEffect(() => {
    restore(frame.current, anchor.current);
    anchor.current = null;
  }, [frame, zoom]);

  usePinch(frame, zoom, zoomTo);
  return {
    width: fitWidth * zoom,
    zoom,
    zoomMax,
    zoomTo,
    zoomIn: useCallback(() => {
      zoomTo(zoom * ZOOM_STEP);
    }, [zoom, zoomTo]),
    zoomOut: useCallback(() => {
      zoomTo(zoom / ZOOM_STEP);
    }, [zoom, zoomTo]),
    fit: useCallback(() => {
      zoomTo(1);
    }, [zoomTo]),
  };
}

function anchorAt(
  frame: RefObject<HTMLElement | null>,
  at?: { x: number; y: number },
): Anchor | null {
  const drawing = frame.current?.firstElementChild;
  if (!frame.current || !drawing) {
    return null;
  }
  const window = frame.current.getBoundingClientRect();
  const point = at ?? { x: window.left + window.width / 2, y: window.top + window.height / 2 };
  const box = drawing.getBoundingClientRect();
  return {
    x: (point.x - box.left) / box.width,
    y: (point.y - box.top) / box.height,
    left: point.x - window.left,
    top: point.y - window.top,
  };
}

function restore(frame: HTMLElement | null, anchor: Anchor | null): void {
  const drawing = frame?.firstElementChild;
  if (!frame || !drawing || !anchor) {
    return;
  }
  const box = drawing.getBoundingClientRect();
  frame.scrollLeft = anchor.x * box.width - anchor.left;
  frame.scrollTop = anchor.y * box.height - anchor.top;
}

interface Pinch {
  distance: number;
  centre: { x: number; y: number };
  factor: number;
}

/** Two fingers. Touch events, because only they can keep the browser from scrolling too. */
function usePinch(
  frame: RefObject<HTMLDivElement | null>,
  zoom: number,
  zoomTo: Zoom['zoomTo'],
): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    let pinch: Pinch | null = null;
    const start = (event: TouchEvent): void => {
      const fingers = spread(event);
      pinch = fingers ? { ...fingers, factor: 1 } : null;
    };
    const move = (event: TouchEvent): void => {
      const fingers = spread(event);
      if (!pinch || !fingers) {
        return;
      }
      event.preventDefault();
      pinch.factor = fingers.distance / pinch.distance;
      preview(element, pinch);
    };
    const end = (): void => {
      if (pinch) {
        preview(element, null);
        zoomTo(zoom * pinch.factor, pinch.centre);
        pinch = null;
      }
    };
    element.addEventListener('touchstart', start, { passive: true });
    element.addEventListener('touchmove', move, { passive: false });
    element.addEventListener('touchend', end);
    element.addEventListener('touchcancel', end);
    return () => {
      element.removeEventListener('touchstart', start);
      element.removeEventListener('touchmove', move);
      element.removeEventListener('touchend', end);
      element.removeEventListener('touchcancel', end);
    };
  }, [frame, zoom, zoomTo]);
}

function spread(event: TouchEvent): Omit<Pinch, 'factor'> | null {
  const [a, b] = event.touches;
  if (event.touches.length !== 2 || !a || !b) {
    return null;
  }
  return {
    distance: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
    centre: { x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 },
  };
}

function preview(frame: HTMLElement, pinch: Pinch | null): void {
  const drawing = frame.firstElementChild;
  if (!(drawing instanceof SVGElement)) {
    return;
  }
  if (!pinch) {
    drawing.style.transform = '';
    return;
  }
  drawing.style.transform = '';
  const box = drawing.getBoundingClientRect();
  const origin = `${pinch.centre.x - box.left}px ${pinch.centre.y - box.top}px`;
  drawing.style.transformOrigin = origin;
  drawing.style.transform = `scale(${pinch.factor})`;
}
