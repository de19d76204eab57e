// Paying at the kiosk with one's own phone: the kiosk shows a code, the phone pays, and the
// kiosk shows how it ends. The second kiosk is used, as by the other walks with money.

import { SANDBOX_URL, barrierFree, expect, picture, roomyScreening, test } from './walk';
import type { Browser, Page } from '@playwright/test';

const KIOSK_2_URL = process.env['KIOSK_2_URL'] ?? 'http://127.0.0.1:8082';

test.use({ baseURL: KIOSK_2_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

test('a code is scanned, the phone pays, and the kiosk shows the tickets', async ({ page, browser }) => {
  await toThePayScreen(page);
  await barrierFree(page);
  await picture(page, 'kiosk-ways-to-pay');
  const address = await handedOff(page);
  await barrierFree(page);
  await picture(page, 'kiosk-code');

  const phone = await phoneAt(browser, address);
  await barrierFree(phone);
  await picture(phone, 'web-360-pay-from-kiosk');
  await phone.getByRole('button', { name: /결제하기$/ }).tap();
  await phone.waitForURL((url) => url.origin === SANDBOX_URL);
  await phone.getByRole('button', { name: /^결제하기/ }).tap();
  await expect(phone.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  const ticket = await phone.getByText(/\d{4}-\d{4}-\d{4}/).first().textContent();
  const number = /\d{4}-\d{4}-\d{4}/.exec(ticket ?? '')?.[0] ?? '';

  await expect(page.getByRole('heading', { name: '예매가 끝났어요' })).toBeVisible();
  await expect(page.getByText(number)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-paid-by-phone');
});

test('by keyboard alone it is given up, and the same seats can be had again', async ({ page }) => {
  await toThePayScreen(page);
  await handedOff(page, 'keyboard');
  // The one thing to do there.
  await reach(page, '휴대폰 결제 그만두기');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '결제하지 않았어요' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-phone-given-up');
  await reach(page, '좌석 다시 고르기');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/screenings\/\d+$/);
});

/** Two seats are held; the ways to pay are shown. */
async function toThePayScreen(page: Page): Promise<void> {
  const { screening } = await roomyScreening(page, KIOSK_2_URL);
  const best = await page.request.get(
    `${KIOSK_2_URL}/api/screenings/${screening}/best?people=2&wheelchairs=0`,
  );
  const { choices } = (await best.json()) as { choices: number[][] };
  const seats = choices[0] ?? [];
  const held = await page.request.post(`${KIOSK_2_URL}/api/screenings/${screening}/holds`, {
    data: { seats },
  });
  expect(held.ok(), await held.text()).toBe(true);
  const { hold } = (await held.json()) as { hold: string };
  await page.goto(`/holds/${hold}`);
  await expect(page.getByRole('button', { name: '내 휴대폰으로 결제' })).toBeEnabled();
}

/** Chooses to pay on the phone; what the code says. */
async function handedOff(page: Page, how: 'touch' | 'keyboard' = 'touch'): Promise<string> {
  if (how === 'touch') {
    await page.getByRole('button', { name: '내 휴대폰으로 결제' }).tap();
  } else {
    await reach(page, '내 휴대폰으로 결제');
    await page.keyboard.press('Enter');
  }
  await expect(page.getByRole('heading', { name: '휴대폰으로 결제해 주세요' })).toBeVisible();
  await expect(page.getByRole('img', { name: '결제 화면을 여는 코드' })).toBeVisible();
  await expect(page.getByText(/^남은 시간 \d+:\d\d$/)).toBeVisible();
  const order = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const shown = await page.request.get(`${KIOSK_2_URL}/api/hand-offs/${order}`);
  return ((await shown.json()) as { address: string }).address;
}

async function reach(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name });
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if (await button.evaluate((it) => it === document.activeElement)) {
      return;
    }
  }
  throw new Error(`${name} cannot be reached with the keyboard`);
}

/** Somebody else's browser, small, that has never been here. */
async function phoneAt(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    hasTouch: true,
    locale: 'ko-KR',
  });
  const phone = await context.newPage();
  await phone.goto(address);
  return phone;
}
