// Finding something to see: the rankings on the home page, genres and orders of films, likes, and
// how many look at the same thing.

import { openCampaign, quietTheater } from './funding';
import {
  HUB_URL,
  barrierFree,
  expect,
  fitsAcross,
  picture,
  roomyScreening,
  test,
} from './walk';

test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 900 } });

test('the home page shows what is searched, funded and asked for most', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 2, name: '실시간 검색 순위' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: '요청 많은 영화' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: '지금 인기 있는 펀딩' })).toBeVisible();
  await expect(page.locator('[aria-busy]')).toHaveCount(0);
  await barrierFree(page);
  await picture(page, 'web-1440-home-rankings');
  await page.setViewportSize({ width: 360, height: 780 });
  await fitsAcross(page);
  await picture(page, 'web-360-home-rankings');
  await page.getByRole('link', { name: '모두 보기' }).first().click();
  await expect(page).toHaveURL(/\/movies\?sort=requests/);
});

test('films are listed by genre and order, each state with its address', async ({ page }) => {
  await page.goto('/movies');
  const genres = page.getByRole('list', { name: '장르' });
  await genres.getByRole('link').nth(1).click();
  await expect(page).toHaveURL(/genre=/);
  const parent = new URL(page.url()).searchParams.get('genre') ?? '';
  const within = page.getByRole('list', { name: parent });
  await expect(within.getByRole('link').first()).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-browse-genres');
  await page.getByRole('link', { name: '좋아요순' }).click();
  await expect(page).toHaveURL(/sort=likes/);
  await expect(page.getByRole('link', { name: '좋아요순' })).toHaveAttribute('aria-current', 'true');
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=likes/);

  await page.goto('/movies');
  const films = page.locator('a[href^="/movies/"]');
  await expect(films.first()).toBeVisible();
  const before = await films.count();
  const more = page.getByRole('button', { name: '더 보기' });
  await more.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => films.count()).toBeGreaterThan(before);
  await expect(page).toHaveURL(/pages=/);
  const shown = new URL(page.url()).searchParams.get('pages');
  await page.reload();
  await expect(page).toHaveURL(new RegExp(`pages=${shown ?? ''}`));
});

test('a like is kept for this browser and counted for all', async ({ page, browser }) => {
  await page.goto('/movies');
  await page.locator('a[href^="/movies/"]').first().click();
  await expect(page).toHaveURL(/\/movies\/\d+/);
  const like = page.getByRole('button', { name: '좋아요' });
  const count = page.getByText(/\d+명이 좋아해요/);
  await expect(count).toBeVisible();
  const before = Number(/\d+/.exec((await count.textContent()) ?? '')?.[0]);
  await like.click();
  await expect(like).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(`${before + 1}명이 좋아해요`)).toBeVisible();
  await page.reload();
  await expect(like).toHaveAttribute('aria-pressed', 'true');
  await barrierFree(page);

  const other = await browser.newContext({ baseURL: HUB_URL });
  const theirs = await other.newPage();
  await theirs.goto(page.url());
  await expect(theirs.getByText(`${before + 1}명이 좋아해요`)).toBeVisible();
  await expect(theirs.getByRole('button', { name: '좋아요' })).toHaveAttribute('aria-pressed', 'false');
  await other.close();

  await like.click();
  await expect(page.getByText(`${before}명이 좋아해요`)).toBeVisible();
});

test('two who look at the same seats are told so, and who is left alone is not', async ({
  page,
  context,
}) => {
  const { screening } = await roomyScreening(page, HUB_URL);
  const address = `/screenings/${screening}`;
  await page.goto(address);
  await expect(page.locator('[data-stream="live"]')).toBeVisible();
  const second = await context.newPage();
  await second.goto(address);
  await expect(page.getByText('2명이 보고 있어요')).toBeVisible();
  await expect(second.getByText('2명이 보고 있어요')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-viewers');
  await second.close();
  await expect(page.getByText(/명이 보고 있어요/)).toHaveCount(0);
});

test('who looks at a campaign is counted, too', async ({ page, context }) => {
  const theater = await quietTheater(page.request);
  const wanted = { theater, goal: 8, closesInMs: 3 * 86_400_000 };
  const { campaign } = await openCampaign(page, wanted);
  await page.goto(`/campaigns/${campaign}`);
  const second = await context.newPage();
  await second.goto(`/campaigns/${campaign}`);
  await expect(page.getByText('2명이 보고 있어요')).toBeVisible();
  await second.close();
  await expect(page.getByText(/명이 보고 있어요/)).toHaveCount(0);
});

test('what three people search for is on the board of the next hour, if one is waited for', async ({
  request,
}) => {
  // The board itself is made once an hour; here it is only seen that searches are taken.
  const said = await request.post('/api/searches', {
    data: { term: '기생충', from: 'key' },
  });
  expect(said.status()).toBe(204);
  expect(said.headers()['set-cookie']).toContain('moding_device=');
  const again = await request.post('/api/searches', { data: { term: '기생충', from: 'typing' } });
  expect(again.status()).toBe(422);
  const board = await request.get('/api/rankings/searches');
  expect(board.ok()).toBe(true);
});
