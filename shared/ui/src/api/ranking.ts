// What is searched for, funded and asked for most, and what one likes.

import type { paths as HubPaths } from './generated/hub';
import { withQuery, type Asker } from './request';
import type { BoardView, LikeView, PopularCampaigns, WantedMovies } from './types';

type Signal = AbortSignal | undefined;

export function rankingClient(ask: Asker<HubPaths>) {
  return {
    /** None before the first board. */
    searchRanking: (signal?: Signal) =>
      ask<BoardView | null>('/api/rankings/searches', { signal }),
    popularCampaigns: (limit: number, signal?: Signal) =>
      ask<PopularCampaigns>(withQuery('/api/rankings/campaigns', { limit }), { signal }),
    wantedMovies: (limit: number, signal?: Signal) =>
      ask<WantedMovies>(withQuery('/api/rankings/requests', { limit }), { signal }),
    like: (movie: number) => ask<LikeView>(`/api/movies/${movie}/like`, { method: 'PUT' }),
    unlike: (movie: number) => ask<LikeView>(`/api/movies/${movie}/like`, { method: 'DELETE' }),
  };
}
