// One person's visit at the screen: what must be let go when it ends.

const HOLD = 'moding.kiosk.hold';

/** The hold of this visit, so that a visit that ends gives its seats back. */
export function rememberHold(hold: string): void {
  sessionStorage.setItem(HOLD, hold);
}

export function currentHold(): string | null {
  return sessionStorage.getItem(HOLD);
}

export function forgetHold(): void {
  sessionStorage.removeItem(HOLD);
}

/** The next person's searches are another person's. */
export function forgetVisit(): void {
  document.cookie = 'moding_device=; Path=/; Max-Age=0';
}
