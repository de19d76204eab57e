// At the kiosk: from the attract screen to a ticket, with a card that is declined once.

import type { Page } from '@playwright/test';

import { KIOSK_URL, barrierFree, expect, fitsAcross, picture, roomyScreening, test } from './walk';

/** 20 mm on 21.5 inches upright. */
const TARGET_PX_MIN = 80;

test.use({ baseURL: KIOSK_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

test('a card is declined, the next one approved, and the ticket found again', async ({ page }) => {
  const { screening } = await roomyScreening(page, KIOSK_URL);
  await page.goto('/');
  await expect(page.getByRole('button', { name: /화면을 눌러 주세요/ })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-attract');
  await page.getByRole('button', { name: /화면을 눌러 주세요/ }).tap();

  await expect(page.getByRole('heading', { name: '무엇을 도와드릴까요?' })).toBeVisible();
  await largeTargets(page);
  await barrierFree(page);
  await picture(page, 'kiosk-start');
  await page.getByRole('link', { name: /지금 예매하기/ }).tap();

  await expect(page.locator('a[href^="/screenings/"]').first()).toBeVisible();
  await largeTargets(page);
  await barrierFree(page);
  await picture(page, 'kiosk-screenings');
  await page.locator('a[href^="/screenings/"]').first().tap();
  await expect(page.getByRole('grid')).toBeVisible();

  await page.goto(`/screenings/${screening}`);
  await page.getByRole('button', { name: '2명' }).tap();
  await expect(page.locator('[data-seat][data-show="chosen"]')).toHaveCount(2);
  await largeTargets(page);
  await barrierFree(page);
  await picture(page, 'kiosk-seats');
  await page.getByRole('button', { name: /결제하기$/ }).tap();

  await expect(page.getByRole('timer')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('timer')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-pay');
  await page.getByRole('button', { name: /카드로 결제$/ }).tap();

  await expect(page.getByRole('heading', { name: '카드를 넣어 주세요' })).toBeVisible();
  await expect(page.getByRole('heading', { name: '시뮬레이션 단말기' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-card');
  await page.getByRole('button', { name: '거절' }).tap();

  await expect(page.getByRole('heading', { name: '카드가 승인되지 않았어요' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-declined');
  await page.getByRole('button', { name: '다시 결제하기' }).tap();
  await page.getByRole('button', { name: '승인' }).tap();

  await expect(page.getByRole('heading', { name: '예매가 끝났어요' })).toBeVisible();
  const ticket = await page.getByText(/\d{4}-\d{4}-\d{4}/).first().textContent();
  const number = /\d{4}-\d{4}-\d{4}/.exec(ticket ?? '')?.[0] ?? '';
  await barrierFree(page);
  await picture(page, 'kiosk-ticket');
  await page.getByRole('button', { name: '마치기' }).tap();

  await page.getByRole('button', { name: /화면을 눌러 주세요/ }).tap();
  await page.getByRole('link', { name: /예매 확인하기/ }).tap();
  const keypad = page.getByRole('group', { name: '숫자판' });
  for (const digit of number.replaceAll('-', '')) {
    await keypad.getByRole('button', { name: digit, exact: true }).tap();
  }
  await largeTargets(page);
  await picture(page, 'kiosk-number');
  await page.getByRole('button', { name: '예매 찾기' }).tap();
  await expect(page.getByRole('heading', { name: '예매를 찾았어요' })).toBeVisible();
  await expect(page.getByText(number)).toBeVisible();
});

test('a lost answer is waited for, and nobody is asked to pay again meanwhile', async ({ page }) => {
  const { screening } = await roomyScreening(page, KIOSK_URL);
  await page.goto(`/screenings/${screening}`);
  await page.getByRole('button', { name: '1명' }).tap();
  await page.getByRole('button', { name: /결제하기$/ }).tap();
  await page.getByRole('button', { name: /카드로 결제$/ }).tap();
  await page.getByRole('button', { name: '응답 유실' }).tap();
  // The kiosk may find out so quickly that nobody sees the screen that says it is asking.
  const checking = page.getByRole('heading', { name: '결제 결과를 확인하고 있어요' });
  const outcome = page.getByRole('heading', { name: /예매가 끝났어요|카드가 승인되지 않았어요/ });
  await expect(checking.or(outcome)).toBeVisible();
  if (await checking.isVisible()) {
    await expect(page.getByRole('button', { name: /결제/ })).toHaveCount(0);
    await picture(page, 'kiosk-unknown');
  }
  await expect(outcome).toBeVisible({ timeout: 60_000 });
});

test('everything grows to 200 %, in high contrast and on the low screen', async ({ page }) => {
  const { screening } = await roomyScreening(page, KIOSK_URL);
  await page.goto('/start');
  await page.getByRole('button', { name: /글자 크기/ }).tap();
  await page.getByRole('button', { name: /글자 크기/ }).tap();
  await page.getByRole('button', { name: '고대비' }).tap();
  for (const [name, path] of [
    ['start', '/start'],
    ['screenings', '/screenings'],
    ['seats', `/screenings/${screening}`],
    ['number', '/bookings'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await fitsAcross(page);
    await barrierFree(page);
    await picture(page, `kiosk-200-contrast-${name}`);
  }
  await page.getByRole('button', { name: '낮은 화면' }).tap();
  await page.goto('/start');
  const tops = await page
    .locator('button, a')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
  expect(Math.min(...tops)).toBeGreaterThan(1920 * 0.36);
  await picture(page, 'kiosk-low');
});

test('a visit works with the keyboard alone', async ({ page }) => {
  await page.goto('/');
  await press(page, /화면을 눌러 주세요/);
  await press(page, /지금 예매하기/);
  await expect(page.locator('a[href^="/screenings/"]').first()).toBeVisible();
  await press(page, /석 남음/);
  await expect(page.getByRole('grid')).toBeVisible();
  await press(page, /^1명$/);
  await expect(page.locator('[data-seat][data-show="chosen"]')).toHaveCount(1);
});

/** Tabs until something of that name has the focus, and presses it. */
async function press(page: Page, name: RegExp): Promise<void> {
  for (let tab = 0; tab < 60; tab += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => {
      const element = document.activeElement?.closest('a, button');
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(text)) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`the Tab key never reaches ${String(name)}`);
}

/** Seats are reached by zooming or by party size; everything else is large as it is. */
async function largeTargets(page: Page): Promise<void> {
  const small = await page.locator('button:visible, a:visible').evaluateAll(
    (all, least) =>
      all
        .map((each) => ({ box: each.getBoundingClientRect(), text: each.textContent }))
        .filter(({ box }) => Math.min(box.width, box.height) < least)
        .map(({ box, text }) => `${text} ${Math.round(box.width)}x${Math.round(box.height)}`),
    TARGET_PX_MIN,
  );
  expect(small).toEqual([]);
}
