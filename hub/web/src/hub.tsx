// The hub's API in the page's language.

import { hubClient, useLanguage, type HubClient } from '@moding/ui';
import { createContext, use, useMemo, type ReactNode } from 'react';

const HubContext = createContext<HubClient | null>(null);

export function HubProvider({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const client = useMemo(() => hubClient(language), [language]);
  return <HubContext value={client}>{children}</HubContext>;
}

export function useHub(): HubClient {
  const client = use(HubContext);
  if (!client) {
    throw new Error('HubProvider is missing');
  }
  return client;
}
