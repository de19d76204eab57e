// Whether a hub that stands by answers in place of the hub, and how old its copy is. Every answer
// says so in a header; the hub itself does not send it.

import { useSyncExternalStore } from 'react';

/** Whole seconds, or something else while there is no copy. */
export const COPY_AGE = 'moding-copy-age';

/** What is shown comes from a copy. */
export interface Copy {
  /** As of when, by this browser's clock; none while there is no copy. */
  readonly asOf: number | null;
  /** When it was last heard of. */
  readonly at: number;
}

/** `data`: what is on the page came with this answer. `look`: it was only asked who answers. */
export type Answer = 'data' | 'look';

/** What an answer with this header says. Who only looks does not make the page any newer. */
export function told(
  before: Copy | null,
  header: string | null,
  answer: Answer,
  now: number,
): Copy | null {
  if (header === null) {
    return null;
  }
  if (!/^\d+$/.test(header)) {
    return { asOf: null, at: now };
  }
  const shown = answer === 'look' ? (before?.asOf ?? null) : null;
  return { asOf: shown ?? now - Number(header) * 1_000, at: now };
}

let copy: Copy | null = null;
const listeners = new Set<() => void>();

/** An answer has come. A bad one without the header says nothing: it may be a proxy's page. */
export function tellCopy(response: Pick<Response, 'headers' | 'ok'>, answer: Answer): void {
  const header = response.headers.get(COPY_AGE);
  if (header === null && !response.ok) {
    return;
  }
  const next = told(copy, header, response.ok ? answer : 'look', Date.now());
  if (next === null && copy === null) {
    return;
  }
  copy = next;
  for (const listener of [...listeners]) {
    listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The copy that the page shows; none when the hub itself answers. */
export function useCopy(): Copy | null {
  return useSyncExternalStore(subscribe, () => copy);
}

/** Runs when the hub answers again after a copy was shown. Returns how to stop that. */
export function whenHubIsBack(run: () => void): () => void {
  let shown = copy !== null;
  return subscribe(() => {
    const over = shown && copy === null;
    shown = copy !== null;
    if (over) {
      run();
    }
  });
}
