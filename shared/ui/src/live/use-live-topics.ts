// What changes by itself, while a screen is shown.

import { useEffect, useRef, useState } from 'react';

import { LiveStream, type Listeners, type StreamState } from './live-stream';

/** No topics: nothing is listened to. The server tells the present state of each at once. */
export function useLiveTopics(topics: readonly string[], on: Listeners): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const told = useRef(on);
  useEffect(() => {
    told.current = on;
  });
  const wanted = topics.join(',');
  const events = Object.keys(on).join(',');
  useEffect(() => {
    if (wanted === '') {
      return;
    }
    const tellers = events.split(',').map((name): [string, (data: unknown) => void] => [
      name,
      (data) => {
        told.current[name]?.(data);
      },
    ]);
    const stream = new LiveStream({
      topics: wanted.split(','),
      on: Object.fromEntries(tellers),
      onState: setState,
    });
    return () => {
      stream.close();
    };
  }, [wanted, events]);
  return state;
}
