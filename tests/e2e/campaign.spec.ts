// From a wish to a campaign, joining it with a card, and what becomes of the money when it
// comes to nothing.

import type { Page } from '@playwright/test';

import { openCampaign, phaseOf, quietTheater } from './funding';
import {
  HUB_URL,
  OPERATOR,
  PHONE,
  SANDBOX_URL,
  barrierFree,
  expect,
  fitsAcross,
  picture,
  roomyScreening,
  test,
} from './walk';

test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 900 } });

const BY_ITSELF = { timeout: 60_000 };
const DAY_MS = 86_400_000;

test('somebody asks for a film, and changes and takes back the wish', async ({ page }) => {
  await page.goto('/movies');
  await page.locator('a[href^="/movies/"]').first().click();
  const request = page.getByRole('region', { name: '재상영 요청' });
  await request.getByRole('button', { name: '요청하기' }).click();
  await expect(request.getByText('지역을 골라 주세요.')).toBeVisible();
  await request.getByLabel('지역').selectOption({ index: 1 });
  await request.getByText('주말 저녁').click();
  await request.getByLabel('휴대전화 번호').fill(PHONE);
  await request.scrollIntoViewIfNeeded();
  await barrierFree(page);
  await picture(page, 'web-1440-request');
  await request.getByRole('button', { name: '요청하기' }).click();
  await expect(request.getByText('요청했어요', { exact: true })).toBeVisible();
  await expect(request.getByText(/\d+명이 다시 보고 싶어 해요/)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-requested');
  await request.getByRole('button', { name: '요청 거두기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '네, 거둘게요' }).click();
  await expect(request.getByRole('button', { name: '요청하기' })).toBeVisible();
  await expect(request.getByText('요청했어요', { exact: true })).toHaveCount(0);
});

test('an operator plans a campaign, and everybody sees it open by itself', async ({ page }) => {
  const theater = await quietTheater(page.request);
  await signIn(page);
  await page.getByRole('link', { name: '펀딩', exact: true }).last().click();
  await expect(page.getByRole('heading', { level: 1, name: '펀딩' })).toBeVisible();
  await page.getByText('극장에 상영관 묻기', { exact: true }).first().click();
  const film = await page.request.get(`${HUB_URL}/api/movies/1`);
  const { title } = (await film.json()) as { title: string };
  await page.getByLabel('제목으로 찾기').fill(title);
  await page.getByLabel('영화', { exact: true }).selectOption('1');
  await page.getByLabel('극장', { exact: true }).selectOption(String(theater));
  await barrierFree(page);
  await picture(page, 'operator-campaigns');
  await page.getByRole('button', { name: '상영관 묻기', exact: true }).click();

  await expect(page).toHaveURL(/\/operator\/campaigns\/\d+/);
  const id = Number(/\d+$/.exec(page.url())?.[0]);
  await page.getByRole('button', { name: '이 조건으로 내기' }).click();
  await expect(page.getByText('모든 칸을 채워 주세요.')).toBeVisible();
  await offerInForm(page);
  await barrierFree(page);
  await picture(page, 'operator-offer');
  await page.getByRole('button', { name: '이 조건으로 내기' }).click();
  await page.getByRole('button', { name: '승인하기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '네, 처리할게요' }).click();
  await expect.poll(() => phaseOf(page.request, id), BY_ITSELF).toBe('open');
  await page.reload();
  await expect(page.getByText('승인 대기 → 오픈 예정')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-campaign');

  await page.goto('/campaigns');
  await expect(page.locator(`a[href="/campaigns/${id}"]`)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-campaigns');
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '지금 인기 있는 펀딩' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-home-campaigns');
  await page.goto(`/campaigns/${id}`);
  await expect(page.getByText('무딩중')).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-campaign');

  await page.goto(`/operator/campaigns/${id}`);
  await page.getByRole('button', { name: '펀딩 취소하기' }).click();
  await page.getByRole('dialog').getByLabel('메모').fill('시험을 마침');
  await page.getByRole('dialog').getByRole('button', { name: '네, 처리할게요' }).click();
  await expect(page.getByText(/→ 취소/).first()).toBeVisible();
});

test('a backer joins with a card, raises, lowers and withdraws', async ({ page }) => {
  const theater = await quietTheater(page.request);
  const { campaign } = await openCampaign(page, { theater, goal: 4, closesInMs: DAY_MS });
  await join(page, campaign, '결제하기');
  await expect(page.getByRole('heading', { name: '펀딩에 참여했어요' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-pledged');
  await page.reload();
  await page.getByRole('link', { name: '내 펀딩 보기' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '내 펀딩' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-pledge');
  const number = /\d{4}-\d{4}-\d{4}/.exec(page.url())?.[0] ?? '';

  await page.getByRole('button', { name: '한 장 늘리기' }).click();
  await page.getByRole('button', { name: /^1장 더 결제하기/ }).click();
  await inWindow(page);
  await choose(page, '결제하기');
  await expect(page.getByRole('heading', { name: '펀딩에 참여했어요' })).toBeVisible();
  await page.goto(`/campaigns/${campaign}`);
  await expect(page.getByText('3장 / 목표 4장')).toBeVisible();

  // Found again with both numbers, as a booking is.
  await page.goto('/bookings');
  await page.getByLabel('예매·참여 번호').fill(number);
  await page.getByLabel('휴대전화 번호').fill(PHONE);
  await page.getByRole('button', { name: '예매 찾기' }).click();
  await expect(page).toHaveURL(new RegExp(`/pledges/${number}`));
  await page.getByRole('button', { name: '한 장 줄이기' }).click();
  await page.getByRole('button', { name: /^1장 줄이고/ }).click();
  await expect(page.getByText('2장 · 참여 중')).toBeVisible();
  await page.getByRole('button', { name: '참여 그만두기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '네, 그만둘게요' }).click();
  await expect(page.getByText(/환불하는 중|환불 완료/).first()).toBeVisible();
  await expect(page.getByText('환불 완료').first()).toBeVisible(BY_ITSELF);
  await picture(page, 'web-1440-withdrawn');
});

test('a campaign that comes to nothing pays everybody back, and everybody sees it', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const theater = await quietTheater(page.request);
  const { campaign } = await openCampaign(page, { theater, goal: 20, closesInMs: 40_000 });
  await join(page, campaign, '결제하기');
  await page.getByRole('link', { name: '내 펀딩 보기' }).click();
  await expect.poll(() => phaseOf(page.request, campaign), { timeout: 90_000 }).toBe('refunded');
  await expect(page.getByText('환불 완료').first()).toBeVisible(BY_ITSELF);
  await barrierFree(page);
  await picture(page, 'web-1440-pledge-refunded');
  await page.goto(`/campaigns/${campaign}`);
  await expect(page.getByText('1명 가운데 1명 환불 완료')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-campaign-refunded');
});

test('a backer chooses as many seats as the pledge has tickets', async ({ page }) => {
  // The backers' window opens an hour after the deadline. No walk waits so long, so what the
  // hub would say of the pledge is said in its place; the seats are those of a real screening.
  const { screening } = await roomyScreening(page, HUB_URL);
  const theater = await quietTheater(page.request);
  const { campaign } = await openCampaign(page, { theater, goal: 4, closesInMs: DAY_MS });
  const answer = await page.request.get(`${HUB_URL}/api/campaigns/${campaign}`);
  const open = (await answer.json()) as Record<string, unknown>;
  const now = Date.now();
  const hour = 3_600_000;
  const windows = { backers_from: now - hour, public_from: now + 20 * hour, place_at: now + 40 * hour };
  const pledge = {
    pledge: '0192f0c1-2345-7000-8000-000000000001',
    number: '1234-5678-9012',
    tickets: 3,
    amount_won: 36_000,
    made_at: now - 5 * DAY_MS,
    state: 'live',
    may_change: false,
    may_choose: true,
    refund_to_account: false,
    awaiting_account: [],
    returning_won: 0,
    returned_won: 0,
    notices: [
      { at: now - hour, told: 'choose', until: windows.place_at },
      { at: now - 2 * hour, told: 'succeeded', from: windows.backers_from },
    ],
    campaign: { ...open, phase: 'booking', screening, windows, now },
  };
  let placed: { seats: number[] } | null = null;
  await page.route('**/api/pledges/lookup', (route) => route.fulfill({ json: pledge }));
  await page.route('**/api/bookings/lookup', (route) =>
    route.fulfill({ status: 404, json: { code: 'not_found' } }),
  );
  await page.route('**/api/pledges/*/booking', async (route) => {
    placed = route.request().postDataJSON() as { seats: number[] };
    await route.fulfill({ status: 409, json: { code: 'claim_over' } });
  });

  await page.goto('/bookings');
  await page.getByLabel('예매·참여 번호').fill('1234-5678-9012');
  await page.getByLabel('휴대전화 번호').fill(PHONE);
  await page.getByRole('button', { name: '예매 찾기' }).click();
  await expect(page.getByRole('heading', { name: '이제 좌석을 고를 수 있어요' })).toBeVisible();
  await expect(page.getByText('먼저 고르는 시간')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-claim');
  await page.getByRole('link', { name: '좌석 고르기' }).click();
  await expect(page.getByRole('button', { name: '이 좌석으로 정하기' })).toBeDisabled();
  await page.getByRole('button', { name: /^나란한 3석/ }).click();
  await expect(page.locator('[data-seat][data-show="chosen"]')).toHaveCount(3);
  await barrierFree(page);
  await picture(page, 'web-1440-claim-seats');
  // A fourth is not his.
  const free = page.locator('[data-seat][data-show="free"]');
  await free.last().click();
  await expect(page.locator('[data-seat][data-show="chosen"]')).toHaveCount(3);
  await page.getByRole('button', { name: '이 좌석으로 정하기' }).click();
  await expect(page.getByRole('alert')).toContainText('고를 좌석이 없거나');
  expect((placed as { seats: number[] } | null)?.seats).toHaveLength(3);
});

test.describe('on a phone of 360 pixels', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('campaigns fit', async ({ page }) => {
    const theater = await quietTheater(page.request);
    const { campaign, movie } = await openCampaign(page, { theater, goal: 4, closesInMs: DAY_MS });
    for (const [name, path] of [
      ['campaigns', '/campaigns'],
      ['campaign', `/campaigns/${campaign}`],
      ['movie-requests', `/movies/${movie.movie}`],
      ['home-campaigns', '/'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await barrierFree(page);
      await fitsAcross(page);
      await picture(page, `web-360-${name}`);
    }
  });
});

async function join(page: Page, campaign: number, button: string): Promise<void> {
  await page.goto(`/campaigns/${campaign}`);
  await page.getByLabel('휴대전화 번호').fill(PHONE);
  await page.getByRole('button', { name: /참여하기$/ }).click();
  await inWindow(page);
  await choose(page, button);
}

async function inWindow(page: Page): Promise<void> {
  await page.waitForURL((url) => url.origin === SANDBOX_URL);
}

async function choose(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${button}`) }).click();
}

async function offerInForm(page: Page): Promise<void> {
  const at = (ms: number): string => {
    const date = new Date(Date.now() + ms + 9 * 3_600_000);
    return date.toISOString().slice(0, 16);
  };
  await page.getByLabel('상영관', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('상영 시작').fill(at(10 * DAY_MS));
  await page.getByLabel('상영 시간(분)').fill('120');
  await page.getByLabel('목표(장)').fill('20');
  await page.getByLabel('정원(장)').fill('30');
  await page.getByLabel('한 장 값(원)').fill('12000');
  await page.getByLabel('오픈', { exact: true }).fill(at(-60_000));
  await page.getByLabel('마감', { exact: true }).fill(at(5 * DAY_MS));
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/operator');
  await page.getByLabel('이름').fill('김운영');
  await page.getByLabel('운영자 비밀번호').fill(OPERATOR);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '운영자 메뉴' })).toBeVisible();
}
