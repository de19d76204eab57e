// The operators' console: the hub's API behind its credential. Every change carries the name of
// who makes it.

import type { Language } from '../i18n/language';
import type { paths as HubPaths } from './generated/hub';
import { asker, withQuery, type Asker } from './request';
import type {
  AccountView,
  AwaitedAccount,
  BooksDecision,
  CampaignFile,
  CampaignPage,
  Carried,
  CompareBooks,
  ComparisonView,
  ConflictDetail,
  ConflictList,
  Decide,
  ExcludedTerm,
  Fleet,
  ReplicaList,
  OfferTerms,
  Phase,
  Statement,
  WishedFilm,
  WhichCopy,
} from './types';

/** Who is at the console, and what opens it. */
export interface Operator {
  by: string;
  secret: string;
}

type Signal = AbortSignal | undefined;

export function operatorClient(language: Language, { by, secret }: Operator) {
  const ask = asker<HubPaths>(language);
  const order = (note: string) => ({ method: 'POST', body: { by, note }, secret }) as const;
  return {
    conflicts: (offset: number, signal?: Signal) =>
      ask<ConflictList>(withQuery('/api/operator/conflicts', { offset }), { secret, signal }),
    conflict: (key: string, signal?: Signal) =>
      ask<ConflictDetail>(`/api/operator/conflicts/${encodeURIComponent(key)}`, { secret, signal }),
    decide: (key: string, decision: Omit<Decide, 'by'>) =>
      ask<ConflictDetail>(`/api/operator/conflicts/${encodeURIComponent(key)}/decision`, {
        method: 'POST',
        body: { ...decision, by },
        secret,
      }),
    replicas: (signal?: Signal) =>
      ask<ReplicaList>('/api/operator/replicas', { secret, signal }),
    fleet: (signal?: Signal) => ask<Fleet>('/api/operator/nodes', { secret, signal }),
    fence: (node: string, note: string) =>
      ask<Carried>(`/api/operator/nodes/${node}/fence`, order(note)),
    letIn: (node: string, note: string) =>
      ask<Carried>(`/api/operator/nodes/${node}/let-in`, order(note)),
    recover: (node: string, copy: WhichCopy, note: string) =>
      ask<Carried>(`/api/operator/nodes/${node}/recover`, {
        method: 'POST',
        body: { by, note, copy },
        secret,
      }),
    go: (theater: number, note: string) =>
      ask<Carried>(`/api/operator/theaters/${theater}/go`, order(note)),
    ...bookkeeping(ask, { by, secret }),
    ...boards(ask, { by, secret }),
    wishes: (signal?: Signal) =>
      ask<WishedFilm[]>('/api/operator/requests', { secret, signal }),
    campaigns: (phase: Phase | null, offset: number, signal?: Signal) =>
      ask<CampaignPage>(withQuery('/api/operator/campaigns', { phase, offset }), {
        secret,
        signal,
      }),
    campaign: (campaign: number, signal?: Signal) =>
      ask<CampaignFile>(`/api/operator/campaigns/${campaign}`, { secret, signal }),
    requestCampaign: (movie: number, theater: number, note: string) =>
      ask<CampaignFile>('/api/operator/campaigns', {
        method: 'POST',
        body: { movie, theater, by, note },
        secret,
      }),
    offerCampaign: (campaign: number, terms: OfferTerms, note: string) =>
      ask<CampaignFile>(`/api/operator/campaigns/${campaign}/offer`, {
        method: 'POST',
        body: { ...terms, by, note },
        secret,
      }),
    approveCampaign: (campaign: number, note: string) =>
      ask<CampaignFile>(`/api/operator/campaigns/${campaign}/approval`, order(note)),
    cancelCampaign: (campaign: number, note: string) =>
      ask<CampaignFile>(`/api/operator/campaigns/${campaign}/cancellation`, order(note)),
  };
}

/** What does not stand on the board of popular searches. */
function boards(ask: Asker<HubPaths>, { by, secret }: Operator) {
  return {
    excludedTerms: (signal?: Signal) =>
      ask<ExcludedTerm[]>('/api/operator/ranking/excluded', { secret, signal }),
    excludeTerm: (named: { movie: number } | { text: string }, note: string) =>
      ask<ExcludedTerm[]>('/api/operator/ranking/excluded', {
        method: 'POST',
        body: { ...named, by, note },
        secret,
      }),
    allowTerm: (named: { movie: number } | { text: string }, note: string) =>
      ask<ExcludedTerm[]>('/api/operator/ranking/allowed', {
        method: 'POST',
        body: { ...named, by, note },
        secret,
      }),
  };
}

/** What stands in the books. */
function bookkeeping(ask: Asker<HubPaths>, { by, secret }: Operator) {
  return {
    accounts: (signal?: Signal) =>
      ask<AccountView[]>('/api/operator/accounts', { secret, signal }),
    awaitedAccounts: (signal?: Signal) =>
      ask<AwaitedAccount[]>('/api/operator/awaited-accounts', { secret, signal }),
    statement: (account: string, after: number, signal?: Signal) =>
      ask<Statement>(
        withQuery(`/api/operator/accounts/${encodeURIComponent(account)}/statement`, { after }),
        { secret, signal },
      ),
    compareBooks: (stretch: CompareBooks) =>
      ask<ComparisonView>('/api/operator/comparisons', { method: 'POST', body: stretch, secret }),
    comparison: (comparison: number, signal?: Signal) =>
      ask<ComparisonView>(`/api/operator/comparisons/${comparison}`, { secret, signal }),
    decideDifference: (
      comparison: number,
      number: number,
      { decision, note }: { decision: BooksDecision; note: string },
    ) =>
      ask<ComparisonView>(
        `/api/operator/comparisons/${comparison}/differences/${number}/decision`,
        { method: 'POST', body: { by, note, decision }, secret },
      ),
  };
}

export type OperatorClient = ReturnType<typeof operatorClient>;
