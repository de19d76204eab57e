// Who is at the console. It goes with the tab: the credential is nobody else's business.

import { operatorClient, useLanguage, type Operator, type OperatorClient } from '@moding/ui';
import { createContext, use, useMemo, useState, type ReactNode } from 'react';

const STORAGE_KEY = 'moding.operator';

interface Session {
  operator: Operator | null;
  signIn: (operator: Operator) => void;
  signOut: () => void;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [operator, setOperator] = useState<Operator | null>(stored);
  const session = useMemo(
    () => ({
      operator,
      signIn: (next: Operator): void => {
        keep(next);
        setOperator(next);
      },
      signOut: (): void => {
        keep(null);
        setOperator(null);
      },
    }),
    [operator],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) {
    throw new Error('SessionProvider is missing');
  }
  return session;
}

/** The API as the operator who has signed in. */
export function useConsole(): OperatorClient {
  const { language } = useLanguage();
  const { operator } = useSession();
  const client = useMemo(
    () => (operator ? operatorClient(language, operator) : null),
    [language, operator],
  );
  if (!client) {
    throw new Error('nobody has signed in');
  }
  return client;
}

function stored(): Operator | null {
  try {
    const text = sessionStorage.getItem(STORAGE_KEY);
    return text === null ? null : (JSON.parse(text) as Operator);
  } catch {
    return null;
  }
}

function keep(operator: Operator | null): void {
  try {
    if (operator) {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(operator));
    } else {
      sessionStorage.removeItem(STORAGE_KEY);
    }
  } catch {
    // Storage may be forbidden; then the console lasts as long as the page.
  }
}
