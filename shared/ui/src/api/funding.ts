// Wishes, campaigns, pledges and claims.

import type { paths as HubPaths } from './generated/hub';
import { withQuery, type Asker } from './request';
import type {
  BankAccount,
  BookingView,
  CampaignPage,
  CampaignView,
  MakePledge,
  MakeRequest,
  MovieRequests,
  OrderView,
  PledgeView,
} from './types';

type Signal = AbortSignal | undefined;

export type CampaignWhich = 'current' | 'open' | 'succeeded' | 'over' | 'all';
export type CampaignSort = 'popular' | 'deadline' | 'newest';

export interface CampaignFilter {
  which?: CampaignWhich | undefined;
  movie?: number | undefined;
  theater?: number | undefined;
  sort?: CampaignSort | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
}

export function fundingClient(ask: Asker<HubPaths>) {
  return {
    campaigns: (filter: CampaignFilter, signal?: Signal) =>
      ask<CampaignPage>(withQuery('/api/campaigns', { ...filter }), { signal }),
    campaign: (id: number, signal?: Signal) =>
      ask<CampaignView>(`/api/campaigns/${id}`, { signal }),
    requests: (movie: number, signal?: Signal) =>
      ask<MovieRequests>(`/api/movies/${movie}/requests`, { signal }),
    requestScreening: (movie: number, wish: MakeRequest) =>
      ask<MovieRequests>(`/api/movies/${movie}/requests`, { method: 'POST', body: wish }),
    withdrawRequest: (movie: number, phone: string) =>
      ask<undefined>(`/api/movies/${movie}/requests/withdrawal`, {
        method: 'POST',
        body: { phone },
      }),
    pledge: (campaign: number, pledge: MakePledge) =>
      ask<OrderView>(`/api/campaigns/${campaign}/order`, { method: 'POST', body: pledge }),
    lookUpPledge: (number: string, phone: string, signal?: Signal) =>
      ask<PledgeView>('/api/pledges/lookup', { method: 'POST', body: { number, phone }, signal }),
    lowerPledge: (
      pledge: string,
      phone: string,
      tickets: number,
      account: BankAccount | null = null,
    ) =>
      ask<PledgeView>(`/api/pledges/${pledge}/lowering`, {
        method: 'POST',
        body: { phone, tickets, account },
      }),
    withdrawPledge: (pledge: string, phone: string, account: BankAccount | null = null) =>
      ask<PledgeView>(`/api/pledges/${pledge}/withdrawal`, {
        method: 'POST',
        body: { phone, account },
      }),
    placeClaim: (pledge: string, phone: string, seats: readonly number[]) =>
      ask<BookingView>(`/api/pledges/${pledge}/booking`, { method: 'POST', body: { phone, seats } }),
  };
}
