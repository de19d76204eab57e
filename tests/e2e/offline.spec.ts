// Staff take a kiosk offline by hand and end it again; the screen says so in both languages.
// The second kiosk is used, so that the other walks find the first as it was.

import type { Page } from '@playwright/test';

import { barrierFree, expect, picture, roomyScreening, test } from './walk';

const KIOSK_2_URL = process.env['KIOSK_2_URL'] ?? 'http://127.0.0.1:8082';
const STAFF_PIN = process.env['STAFF_PIN'] ?? '1357';

test.use({ baseURL: KIOSK_2_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

test('staff take the kiosk offline, are warned before it ends, and end it', async ({ page }) => {
  const { screening } = await roomyScreening(page, KIOSK_2_URL);
  await page.goto('/');
  await page.getByRole('link', { name: /^직원/ }).tap();
  for (const digit of STAFF_PIN) {
    await page.getByRole('button', { name: digit, exact: true }).tap();
  }
  await page.getByRole('button', { name: '확인', exact: true }).tap();
  await page.getByRole('button', { name: /^오프라인으로 일하기/ }).tap();
  await barrierFree(page);
  await picture(page, 'kiosk-work-offline');

  await page.getByRole('button', { name: '60분' }).tap();
  await page.getByRole('button', { name: '오프라인으로 바꾸기' }).tap();
  await expect(statusLine(page)).toContainText('직원이 오프라인으로 바꿨어요');
  await expect(page.locator('html')).toHaveAttribute('data-link', 'offline');
  await barrierFree(page);
  await picture(page, 'kiosk-works-offline');
  await page.getByRole('button', { name: 'English' }).tap();
  await expect(statusLine(page)).toContainText('Offline by the staff from');
  await barrierFree(page);

  // A minute is shorter than the warning.
  const headers = { authorization: `Bearer ${STAFF_PIN}` };
  const data = { minutes: 1 };
  const shorter = await page.request.post(`${KIOSK_2_URL}/api/staff/offline`, { headers, data });
  expect(shorter.ok()).toBe(true);
  await expect(statusLine(page)).toContainText('Working offline ends by itself at');
  await picture(page, 'kiosk-offline-ends-soon');
  await page.getByRole('button', { name: '30 minutes' }).tap();
  await page.getByRole('button', { name: 'Make it longer' }).tap();
  await expect(statusLine(page)).toContainText('Offline by the staff from');

  // What the kiosk owns is sold, and the rest is said to be away.
  const walker = await page.context().newPage();
  await walker.goto(`${KIOSK_2_URL}/screenings/${screening}`);
  await expect(walker.getByRole('grid')).toBeVisible();
  await expect(walker.locator('html')).toHaveAttribute('data-link', 'offline');
  await walker.close();

  await page.getByRole('button', { name: 'Work online again' }).tap();
  await expect(page.getByRole('button', { name: 'Go offline' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-link', 'online');
});

function statusLine(page: Page) {
  return page.getByRole('status').filter({ hasText: /오프라인|offline/i }).first();
}
