// Campaigns for the walks, made as an operator makes them.

import type { APIRequestContext, Page } from '@playwright/test';

import { HUB_URL, OPERATOR, expect } from './walk';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BY = '김운영';
/** The clock of the hub looks at campaigns so often. */
const ROUND = { timeout: 30_000 };

const headers = { authorization: `Bearer ${OPERATOR}` };

export interface Wanted {
  /** A theater without a kiosk is decided at once: nobody has to be waited for. */
  theater: number;
  goal: number;
  closesInMs: number;
}

interface Known {
  campaign: number;
  phase: string;
  movie: { movie: number; title: string };
}

/** A campaign that people can join; the number of it. */
export async function openCampaign(page: Page, wanted: Wanted): Promise<Known> {
  const { request } = page;
  const movie = await someMovie(request, wanted.theater);
  const asked = await post(request, '/api/operator/campaigns', { movie, theater: wanted.theater });
  const { campaign } = asked;
  const now = Date.now();
  // Each on an evening of its own: a room has one screening at a time.
  const days = 40 + (Math.floor(now / 5_000) % 300);
  const starts = now + wanted.closesInMs + days * DAY_MS;
  const room = await roomOf(request, wanted.theater);
  await post(request, `/api/operator/campaigns/${campaign.campaign}/offer`, {
    auditorium: room.auditorium,
    starts_at: starts,
    ends_at: starts + 2 * HOUR_MS,
    goal: wanted.goal,
    capacity: Math.min(30, room.seats - 10),
    price_won: 12_000,
    opens_at: now - 1_000,
    deadline: now + wanted.closesInMs,
  });
  await post(request, `/api/operator/campaigns/${campaign.campaign}/approval`, {});
  await expect.poll(() => phaseOf(request, campaign.campaign), ROUND).toBe('open');
  return campaign;
}

export async function phaseOf(request: APIRequestContext, campaign: number): Promise<string> {
  const answer = await request.get(`${HUB_URL}/api/campaigns/${campaign}`);
  return answer.ok() ? ((await answer.json()) as Known).phase : 'unknown';
}

/** The last theater of the chain; no kiosk stands there. */
export async function quietTheater(request: APIRequestContext): Promise<number> {
  const answer = await request.get(`${HUB_URL}/api/theaters`);
  const theaters = (await answer.json()) as { theater: number }[];
  return Math.max(...theaters.map(({ theater }) => theater));
}

async function someMovie(request: APIRequestContext, theater: number): Promise<number> {
  const answer = await request.get(`${HUB_URL}/api/movies?sort=title&limit=20`);
  const { movies } = (await answer.json()) as { movies: { movie: number }[] };
  return movies[theater % movies.length]?.movie ?? 1;
}

async function roomOf(
  request: APIRequestContext,
  theater: number,
): Promise<{ auditorium: number; seats: number }> {
  const answer = await request.get(`${HUB_URL}/api/theaters/${theater}`);
  const { auditoriums } = (await answer.json()) as {
    auditoriums: { auditorium: number; seats: number }[];
  };
  const room = auditoriums.toSorted((a, b) => b.seats - a.seats)[0];
  if (!room) {
    throw new Error('the theater has no auditorium');
  }
  return room;
}

async function post(
  request: APIRequestContext,
  path: string,
  data: object,
): Promise<{ campaign: Known }> {
  const signed = { ...data, by: BY, note: '브라우저 시험' };
  const answer = await request.post(`${HUB_URL}${path}`, { headers, data: signed });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { campaign: Known };
}
