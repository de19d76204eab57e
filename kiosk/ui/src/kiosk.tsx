// The kiosk's own server: its API, and how it is, asked again and again. Everything the screen
// shows comes from there, whether or not the hub can be reached.

import { kioskClient, useLanguage, type KioskClient, type KioskView } from '@moding/ui';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';

const ASK_MS = 3_000;

interface Kiosk {
  client: KioskClient;
  /** Null until the first answer. */
  view: KioskView | null;
  /** Whether the kiosk's own server answers. */
  server: 'answers' | 'silent';
}

const KioskContext = createContext<Kiosk | null>(null);

export function KioskProvider({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const client = useMemo(() => kioskClient(language), [language]);
  const [view, setView] = useState<KioskView | null>(null);
  const [server, setServer] = useState<'answers' | 'silent'>('answers');
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      client
        .kiosk(abort.signal)
        .then((answer) => {
          setView(answer);
          setServer('answers');
        })
        .catch(() => {
          if (!abort.signal.aborted) {
            setServer('silent');
          }
        })
        .finally(() => {
          if (!abort.signal.aborted) {
            timer = setTimeout(ask, ASK_MS);
          }
        });
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [client]);
  // For whoever stands before it there are two: the web is asked, or it is not.
  const asks = view === null || (view.link.state === 'online' && view.by_hand.state !== 'on');
  const link = asks ? 'online' : 'offline';
  useEffect(() => {
    document.documentElement.dataset['link'] = link;
  }, [link]);
  const kiosk = useMemo(() => ({ client, view, server }), [client, view, server]);
  return <KioskContext value={kiosk}>{children}</KioskContext>;
}

export function useKiosk(): Kiosk {
  const kiosk = use(KioskContext);
  if (!kiosk) {
    throw new Error('KioskProvider is missing');
  }
  return kiosk;
}
