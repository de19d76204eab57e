// Films for what has been typed so far: asked for once the typing pauses, and what is late for
// an older text is never shown.

import { useEffect, useState } from 'react';

import type { MovieSearch } from '../api/types';

/** Long enough that a fast typist asks once, short enough not to be felt. */
const PAUSE_MS = 120;

type Suggest = (typed: string, signal: AbortSignal) => Promise<MovieSearch>;

/** What was found for the text, or for the one before while the answer is on its way; null when
    there is nothing to look for, or no answer came. */
export function useSuggestions(typed: string, suggest: Suggest): MovieSearch | null {
  const text = typed.trim();
  const [found, setFound] = useState<MovieSearch | null>(null);
  useEffect(() => {
    if (text === '') {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      suggest(text, abort.signal)
        .then((answer) => {
          if (!abort.signal.aborted) {
            setFound(answer);
          }
        })
        .catch(() => {
          // Suggestions are a courtesy; the search itself tells what is wrong.
          if (!abort.signal.aborted) {
            setFound(null);
          }
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, suggest]);
  return text === '' ? null : found;
}
