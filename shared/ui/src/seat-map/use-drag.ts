// A mouse pulls the zoomed seat map; a pull is not a click.

import { useEffect, type RefObject } from 'react';

/** Below this a hand has only trembled. */
const PULL_PX_MIN = 5;

export function useDrag(frame: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    let from: { x: number; y: number } | null = null;
    let pulled = false;
    const down = (event: PointerEvent): void => {
      pulled = false;
      from = event.pointerType === 'mouse' ? { x: event.clientX, y: event.clientY } : null;
    };
    const move = (event: PointerEvent): void => {
      if (!from || event.buttons !== 1) {
        return;
      }
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!pulled && Math.hypot(x, y) < PULL_PX_MIN) {
        return;
      }
      pulled = true;
      from = { x: event.clientX, y: event.clientY };
      element.scrollBy(-x, -y);
    };
    const click = (event: MouseEvent): void => {
      if (pulled) {
        event.stopPropagation();
        event.preventDefault();
        pulled = false;
      }
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('click', click, { capture: true });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('click', click, { capture: true });
    };
  }, [frame]);
}
