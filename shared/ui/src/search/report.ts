// Tells the server what somebody committed to look for: it counts for the popular searches. It
// is told once and nobody waits for it; whether it arrives changes nothing on the screen.

export interface CommittedSearch {
  term: string;
  /** The film that was chosen. */
  movie?: number;
  /** The search key was pressed, a suggestion chosen, or a film opened from the results. */
  from: 'key' | 'suggestion' | 'result';
}

const ADDRESS = '/api/searches';

export function reportSearch(search: CommittedSearch): void {
  const body = JSON.stringify({ ...search, term: search.term.trim() });
  const headers = { 'content-type': 'application/json' };
  // `keepalive`: the page may be left with the very same click.
  fetch(ADDRESS, { method: 'POST', headers, body, keepalive: true }).catch(() => undefined);
}
