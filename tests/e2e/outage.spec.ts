// The hub dies in the middle of everything. HUB_PID says which process that is; whoever runs
// these tests starts it again a little later. Without it there is nobody to kill.

import { HUB_URL, KIOSK_URL, expect, picture, roomyScreening, test } from './walk';

const HUB_PID = Number(process.env['HUB_PID'] ?? '0');

test.use({ baseURL: KIOSK_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

test('the kiosk goes on selling while the hub is away, and the web says as of when', async ({
  page,
  browser,
}) => {
  test.skip(HUB_PID <= 0, 'HUB_PID is not given');
  const { screening } = await roomyScreening(page, KIOSK_URL);
  const web = await browser.newPage({ baseURL: HUB_URL });
  await web.goto(`/screenings/${screening}`);
  const stream = web.locator('[data-stream]');
  await expect(stream).toHaveAttribute('data-stream', 'live');
  await page.goto(`/screenings/${screening}`);
  await expect(page.getByRole('grid')).toBeVisible();

  process.kill(HUB_PID, 'SIGKILL');
  await expect(stream).toHaveAttribute('data-stream', 'lost');
  await expect(stream).toContainText('기준이에요');
  await expect(page.locator('html')).toHaveAttribute('data-link', 'offline', { timeout: 30_000 });
  await expect(page.getByText('지금은 웹과 연결이 끊겨 있어요')).toBeVisible();
  await picture(page, 'kiosk-offline');

  await page.getByRole('button', { name: '1명' }).tap();
  await page.getByRole('button', { name: /결제하기$/ }).tap();
  await page.getByRole('button', { name: /카드로 결제$/ }).tap();
  await page.getByRole('button', { name: '승인' }).tap();
  await expect(page.getByRole('heading', { name: '예매가 끝났어요' })).toBeVisible();

  await expect(stream).toHaveAttribute('data-stream', 'live', { timeout: 60_000 });
  await expect(page.locator('html')).toHaveAttribute('data-link', 'online', { timeout: 60_000 });
  await web.close();
});
