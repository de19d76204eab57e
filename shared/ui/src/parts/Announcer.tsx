// What screen readers are told without moving the focus. Two regions that stay in the page:
// one that waits its turn, one that interrupts.

import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';

export type Urgency = 'polite' | 'assertive';
export type Announce = (text: string, urgency?: Urgency) => void;

const AnnounceContext = createContext<Announce | null>(null);

interface Said {
  text: string;
  nth: number;
}

const SILENT: Said = { text: '', nth: 0 };

export function Announcer({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState<Said>(SILENT);
  const [assertive, setAssertive] = useState<Said>(SILENT);
  const announce = useCallback<Announce>((text, urgency = 'polite') => {
    const say = urgency === 'polite' ? setPolite : setAssertive;
    say((before) => ({ text, nth: before.nth + 1 }));
  }, []);
  return (
    <AnnounceContext value={useMemo(() => announce, [announce])}>
      {children}
      <div className="spoken" aria-live="polite">
        <p key={polite.nth}>{polite.text}</p>
      </div>
      <div className="spoken" aria-live="assertive">
        <p key={assertive.nth}>{assertive.text}</p>
      </div>
    </AnnounceContext>
  );
}

export function useAnnounce(): Announce {
  const announce = use(AnnounceContext);
  if (!announce) {
    throw new Error('Announcer is missing');
  }
  return announce;
}
