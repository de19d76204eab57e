// Money at the kiosk besides the card: cash at the desk, money back at the counter, the daily
// close, and a card terminal that cannot reach the card company. The second kiosk is used, so
// that the other walks find the first as it was.

import type { Page } from '@playwright/test';

import { barrierFree, expect, picture, roomyScreening, test } from './walk';

const KIOSK_2_URL = process.env['KIOSK_2_URL'] ?? 'http://127.0.0.1:8082';
const STAFF_PIN = process.env['STAFF_PIN'] ?? '1357';

test.use({ baseURL: KIOSK_2_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

test('cash is taken at the desk, given back at the counter, and the day is closed', async ({ page }) => {
  const desk = await toTheDesk(page);
  await barrierFree(page);
  await picture(page, 'kiosk-at-desk');
  await page.getByRole('button', { name: '마치기' }).tap();

  await asStaff(page);
  await barrierFree(page);
  await picture(page, 'kiosk-staff-menu');
  await page.getByRole('button', { name: /^현금 받기/ }).tap();
  await page.getByRole('button', { name: new RegExp(`^${desk}`) }).tap();
  await typed(page, '1000');
  await expect(page.getByRole('button', { name: /받았어요$/ })).toBeDisabled();
  await typed(page, '00');
  await expect(page.getByText(/^거스름돈/)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-take-cash');
  await page.getByRole('button', { name: /받았어요$/ }).tap();

  await expect(page.getByRole('heading', { name: '예매가 끝났어요' })).toBeVisible();
  const ticket = await page.getByText(/\d{4}-\d{4}-\d{4}/).first().textContent();
  const number = /\d{4}-\d{4}-\d{4}/.exec(ticket ?? '')?.[0] ?? '';
  await barrierFree(page);
  await picture(page, 'kiosk-cash-taken');
  await page.getByRole('button', { name: '다음 주문' }).tap();
  await page.getByRole('button', { name: '이전' }).tap();

  await page.getByRole('button', { name: /^환불/ }).tap();
  await typed(page, number.replaceAll('-', ''));
  await page.getByRole('button', { name: '환불 금액 보기' }).tap();
  await expect(page.getByText('지금은 100%를 돌려드려요.')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-refund');
  await page.getByRole('button', { name: /현금으로 환불$/ }).tap();
  await expect(page.getByText(/내어 드리세요$/)).toBeVisible();
  await picture(page, 'kiosk-refund-done');
  await page.getByRole('button', { name: '마치기' }).tap();

  await page.getByRole('button', { name: /^하루 마감/ }).tap();
  await typed(page, '500');
  await barrierFree(page);
  await picture(page, 'kiosk-close');
  await page.getByRole('button', { name: /마감하기$/ }).tap();
  await expect(page.getByText('다른 것 1가지')).toBeVisible();
  await expect(page.getByText(/현금이 500원 많아요/)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'kiosk-close-differs');
  await page.getByRole('button', { name: '마치기' }).tap();

  // Everything is in that close: the next one is right without any cash.
  await page.getByRole('button', { name: /^하루 마감/ }).tap();
  await typed(page, '0');
  await page.getByRole('button', { name: /마감하기$/ }).tap();
  await expect(page.getByText('모두 맞아요')).toBeVisible();
});

test('the staff refuse, and the seats are free again', async ({ page }) => {
  const desk = await toTheDesk(page);
  const order = page.url();
  await asStaff(page);
  await page.getByRole('button', { name: /^현금 받기/ }).tap();
  await page.getByRole('button', { name: new RegExp(`^${desk}`) }).tap();
  await page.getByRole('button', { name: '주문 취소' }).tap();
  await page.getByRole('button', { name: /받지 않고 취소해요$/ }).tap();
  await expect(page.getByRole('button', { name: new RegExp(`^${desk}`) })).toHaveCount(0);
  await page.goto(order);
  await expect(page.getByRole('heading', { name: '결제하지 않았어요' })).toBeVisible();
});

test('while the card company cannot be reached the screen offers what works', async ({ page }) => {
  await line(page, 'down');
  try {
    await toTheSeats(page);
    await expect(page.getByText(/카드를 받을 수 없어요/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /카드로 결제$/ })).toBeDisabled();
    await barrierFree(page);
    await picture(page, 'kiosk-line-down');
    await page.getByRole('button', { name: '직원에게 현금으로 결제' }).tap();
    await expect(page.getByRole('heading', { name: '직원에게 현금을 내 주세요' })).toBeVisible();
  } finally {
    await line(page, 'up');
  }
  await page.getByRole('button', { name: '다른 방법으로 결제' }).tap();
  await page.getByRole('button', { name: /카드로 결제$/ }).tap();
  await page.getByRole('button', { name: '승인' }).tap();
  await expect(page.getByRole('heading', { name: '예매가 끝났어요' })).toBeVisible();
});

/** Seats are chosen, and the screen asks how to pay. */
async function toTheSeats(page: Page): Promise<void> {
  const { screening } = await roomyScreening(page, KIOSK_2_URL);
  await page.goto(`/screenings/${screening}`);
  await page.getByRole('button', { name: '1명' }).tap();
  await page.getByRole('button', { name: /결제하기$/ }).tap();
  await expect(page.getByRole('timer')).toBeVisible();
}

/** The order waits at the desk; its number there. */
async function toTheDesk(page: Page): Promise<string> {
  await toTheSeats(page);
  await page.getByRole('button', { name: '직원에게 현금으로 결제' }).tap();
  await expect(page.getByRole('heading', { name: '직원에게 현금을 내 주세요' })).toBeVisible();
  const number = await page.getByText(/^\d{3}$/).textContent();
  return number ?? '';
}

async function asStaff(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: /^직원/ }).tap();
  await typed(page, STAFF_PIN);
  await page.getByRole('button', { name: '확인', exact: true }).tap();
}

async function typed(page: Page, digits: string): Promise<void> {
  const keypad = page.getByRole('group', { name: '숫자판' });
  for (const digit of digits) {
    await keypad.getByRole('button', { name: digit, exact: true }).tap();
  }
}

async function line(page: Page, state: 'up' | 'down'): Promise<void> {
  const set = await page.request.post(`${KIOSK_2_URL}/api/simulated-line`, {
    data: { line: state },
  });
  expect(set.ok()).toBe(true);
  // The screen asks every three seconds how the kiosk is.
  const view = await page.request.get(`${KIOSK_2_URL}/api/kiosk`);
  const { terminal } = (await view.json()) as { terminal: { line_down: boolean } };
  expect(terminal.line_down).toBe(state === 'down');
}
