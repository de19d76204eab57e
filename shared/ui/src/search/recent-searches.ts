// What was looked for last in this browser. It stays here: the server is not told of it, and
// whoever uses the browser can have it forgotten.

const KEY = 'moding.searches';
const SEARCHES_MAX = 8;
const CHARS_MAX = 60;

/** The latest first. */
export function recentSearches(): readonly string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

export function noteSearch(term: string): void {
  const text = term.trim().slice(0, CHARS_MAX);
  if (text !== '') {
    keep([text, ...recentSearches().filter((each) => each !== text)].slice(0, SEARCHES_MAX));
  }
}

export function forgetSearch(term: string): void {
  keep(recentSearches().filter((each) => each !== term));
}

export function forgetSearches(): void {
  keep([]);
}

function keep(terms: readonly string[]): void {
  try {
    if (terms.length === 0) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, JSON.stringify(terms));
    }
  } catch {
    // Storage may be full or forbidden; then the browser only lacks its memory.
  }
}
