// How long to wait before the next try: full jitter, so that a thousand screens that lost the
// same server do not come back in the same instant.

const BASE_MS = 1_000;
const CAP_MS = 20_000;
const DOUBLINGS_MAX = 5;

/** `chance` is a random number from 0 to 1. */
export function backoffMs(failures: number, chance: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, DOUBLINGS_MAX));
  return Math.round(BASE_MS / 2 + chance * (ceiling - BASE_MS / 2));
}
