// How the screen is set for this visit: size of everything, contrast, and whether all controls
// come down to where a wheelchair user reaches them. A visit's end sets it back.

import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';

export const SIZES = [100, 150, 200] as const;
export type Size = (typeof SIZES)[number];

export interface Display {
  size: Size;
  contrast: 'normal' | 'high';
  reach: 'normal' | 'low';
}

interface DisplayControls {
  display: Display;
  change: (change: Partial<Display>) => void;
  reset: () => void;
  /** Whoever uses any of these gets more time. */
  assisted: 'yes' | 'no';
}

const PLAIN: Display = { size: 100, contrast: 'normal', reach: 'normal' };
const STORAGE_KEY = 'moding.display';

const DisplayContext = createContext<DisplayControls | null>(null);

export function DisplayProvider({ children }: { children: ReactNode }) {
  const [display, setDisplay] = useState<Display>(stored);
  useEffect(() => {
    const { dataset } = document.documentElement;
    dataset['size'] = String(display.size);
    dataset['contrast'] = display.contrast;
    dataset['reach'] = display.reach;
    // The page may be loaded anew in the middle of a visit.
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(display));
  }, [display]);
  const change = useCallback((part: Partial<Display>) => {
    setDisplay((before) => ({ ...before, ...part }));
  }, []);
  const reset = useCallback(() => {
    setDisplay(PLAIN);
  }, []);
  const { size, contrast, reach } = display;
  const assisted = size !== 100 || contrast === 'high' || reach === 'low' ? 'yes' : 'no';
  const controls = useMemo(
    () => ({ display, change, reset, assisted }) as const,
    [display, change, reset, assisted],
  );
  return <DisplayContext value={controls}>{children}</DisplayContext>;
}

function stored(): Display {
  try {
    const text = sessionStorage.getItem(STORAGE_KEY);
    return text === null ? PLAIN : { ...PLAIN, ...(JSON.parse(text) as Partial<Display>) };
  } catch {
    return PLAIN;
  }
}

export function useDisplay(): DisplayControls {
  const controls = use(DisplayContext);
  if (!controls) {
    throw new Error('DisplayProvider is missing');
  }
  return controls;
}

/** The next size after this one, and the first again after the last. */
export function nextSize(size: Size): Size {
  return SIZES[(SIZES.indexOf(size) + 1) % SIZES.length] ?? 100;
}
