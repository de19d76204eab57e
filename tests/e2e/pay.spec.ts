// Paying on the web, by a gateway that is only a sandbox: seats with a card, and everything
// that may come between.

import type { Page } from '@playwright/test';

import {
  HUB_URL,
  OPERATOR,
  PHONE,
  SANDBOX_URL,
  barrierFree,
  expect,
  picture,
  roomyScreening,
  test,
} from './walk';

test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 900 } });

/** The gateway is asked about what is not known only after a while. */
const FOUND_OUT = { timeout: 60_000 };

test('seats are paid with a card, the page survives a reload, and a ticket goes back', async ({
  page,
}) => {
  await toCheckout(page, 2);
  await barrierFree(page);
  await picture(page, 'web-1440-checkout-ways');
  await payNow(page);
  await inWindow(page);
  await choose(page, '결제하기');

  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  await expect(page).toHaveURL(/\/pay\/[0-9a-f-]{36}$/);
  const number = await numberOn(page);
  await barrierFree(page);
  await picture(page, 'web-1440-paid');
  await page.reload();
  await expect(page.getByText(number)).toBeVisible();

  await page.getByRole('link', { name: '예매 내역 보기' }).click();
  await expect(page.getByText('온라인 결제 · 결제 완료')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-booking-paid');
  await page.getByRole('checkbox').first().uncheck();
  await page.getByRole('button', { name: '티켓 1장 취소' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('100% 돌려드려요');
  await barrierFree(page);
  await picture(page, 'web-1440-cancel-one');
  await dialog.getByRole('button', { name: '네, 취소할게요' }).click();
  await expect(page.getByRole('heading', { name: '환불' })).toBeVisible();
  await expect
    .poll(async () => {
      await page.reload();
      await expect(page.getByRole('heading', { name: '환불' })).toBeVisible();
      return await page.getByText('환불 완료').count();
    }, FOUND_OUT)
    .toBe(1);
  await picture(page, 'web-1440-refunded');
});

test('the success page says the same however often it is opened', async ({ page }) => {
  await toCheckout(page, 1);
  const success = page.waitForRequest((request) => /\/pay\/[^/]+\/success\?/.test(request.url()));
  await payNow(page);
  await inWindow(page);
  await choose(page, '결제하기');
  const address = (await success).url();
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  const number = await numberOn(page);
  for (let again = 0; again < 2; again += 1) {
    await page.goto(address);
    await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
    await expect(page.getByText(number)).toBeVisible();
  }
  expect(await charges(page)).toBe(1);

  // Whoever changes the address is not believed, and changes nothing.
  await page.goto(address.replace(/amount=\d+/, 'amount=100'));
  await expect(page.getByText(number)).toBeVisible();
  await page.goto(address.replace(/\?.*/, '?paymentKey=x'));
  await expect(page.getByText(number)).toBeVisible();
});

test('a card is declined, the next one pays, and the message in the address is not shown', async ({
  page,
}) => {
  await toCheckout(page, 1);
  await payNow(page);
  await inWindow(page);
  await choose(page, '카드사 거절');
  await expect(page.getByRole('alert')).toContainText('카드사에서 승인하지 않았어요');
  await expect(page.getByRole('alert')).toContainText('청구된 금액은 없어요');
  await expect(page.getByRole('timer')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-declined');

  const order = page.url();
  await page.goto(`${order}/fail?code=REJECT_CARD_COMPANY&message=${encodeURIComponent('송금하세요')}`);
  await expect(page.getByRole('alert')).toContainText('카드사에서 승인하지 않았어요');
  await expect(page.getByText('송금하세요')).toHaveCount(0);

  await page.getByRole('button', { name: /다시 결제하기$/ }).click();
  await inWindow(page);
  await choose(page, '승인할 때 한도 초과');
  await expect(page.getByRole('alert')).toContainText('한도나 잔액이 모자라요');
  await page.getByRole('button', { name: /다시 결제하기$/ }).click();
  await inWindow(page);
  await choose(page, '결제하기');
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
});

test('a window that is closed costs nothing, the back button leads back, and seats can be let go', async ({
  page,
}) => {
  await toCheckout(page, 1);
  await payNow(page);
  await inWindow(page);
  await choose(page, '창 닫기');
  await expect(page.getByRole('alert')).toContainText('결제를 취소했어요');
  await picture(page, 'web-1440-closed-window');

  await page.getByRole('button', { name: /다시 결제하기$/ }).click();
  await inWindow(page);
  await page.goBack();
  // Not into the window again: the choice is the buyer's.
  await expect(page.getByRole('button', { name: /결제하기$/ })).toBeVisible();
  await expect(page.getByRole('timer')).toBeVisible();

  await page.getByRole('button', { name: '결제 그만두기' }).click();
  await expect(page.getByRole('heading', { name: '결제하지 않고 끝난 주문이에요' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'web-1440-given-up');
});

test('an answer that is lost is waited for, with the seats kept, and nobody pays twice', async ({
  page,
}) => {
  await toCheckout(page, 1);
  await payNow(page);
  await inWindow(page);
  // Nor does the gateway say what became of it, until everything here has been seen.
  const faults = `${SANDBOX_URL}/__sandbox/faults`;
  const silent = { operation: 'query', kind: 'drop_before', times: 1_000 };
  const planned = await page.request.post(faults, { data: silent });
  expect(planned.ok(), await planned.text()).toBe(true);
  try {
    await choose(page, '승인되고 응답 유실');
    await page.waitForURL(/\/pay\/[0-9a-f-]+$/);
    await expect(page.getByRole('heading', { name: '결제 결과를 확인하고 있어요' })).toBeVisible();
    await expect(page.getByText('좌석은 그대로 맡아 둘게요')).toBeVisible();
    await expect(page.getByRole('button', { name: /결제하기/ })).toHaveCount(0);
    await picture(page, 'web-1440-confirming');
  } finally {
    await page.request.delete(faults);
  }
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible(FOUND_OUT);
});

test('whoever paid into an account says where a refund goes', async ({ page }) => {
  // The window offers cards alone so far: that this was paid into an account, and that its money
  // waits, is said in the hub's place.
  await toCheckout(page, 1);
  await payNow(page);
  await inWindow(page);
  await choose(page, '결제하기');
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  let said = { refund_to_account: true, awaiting_account: false };
  await page.route('**/api/bookings/lookup', async (route) => {
    const answer = await route.fetch();
    const booking = (await answer.json()) as Record<string, unknown>;
    await route.fulfill({ response: answer, json: { ...booking, ...said } });
  });
  const sent: unknown[] = [];
  page.on('request', (request) => {
    if (/cancellation$|refund-account$/.test(request.url())) {
      sent.push((request.postDataJSON() as { account: unknown }).account);
    }
  });
  await page.route('**/refund-account', (route) => route.fulfill({ status: 204 }));

  await page.getByRole('link', { name: '예매 내역 보기' }).click();
  await expect(page.getByRole('button', { name: '예매 취소' })).toBeDisabled();
  await fillAccount(page, '110-123-456789');
  await barrierFree(page);
  await picture(page, 'web-1440-refund-account');
  await page.getByRole('button', { name: '예매 취소' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '네, 취소할게요' }).click();
  await expect(page.getByRole('heading', { name: '환불' })).toBeVisible();

  said = { refund_to_account: false, awaiting_account: true };
  await page.reload();
  await page.getByRole('button', { name: '이 계좌로 환불받기' }).click();
  await expect(page.getByRole('alert')).toContainText('확인해 주세요');
  await fillAccount(page, '110 999 888888');
  await barrierFree(page);
  await picture(page, 'web-1440-refund-account-needed');
  said = { refund_to_account: false, awaiting_account: false };
  await page.getByRole('button', { name: '이 계좌로 환불받기' }).click();
  await expect(page.getByRole('button', { name: '이 계좌로 환불받기' })).toHaveCount(0);
  const account = { bank: '88', holder: '김토스' };
  expect(sent).toEqual([
    { ...account, account_number: '110123456789' },
    { ...account, account_number: '110999888888' },
  ]);
});

test('what is paid in one tab is seen in the other, and a closed tab is found again', async ({
  page,
  context,
}) => {
  await toCheckout(page, 1);
  const checkout = page.url();
  await payNow(page);
  await inWindow(page);
  const other = await context.newPage();
  await other.goto(`${HUB_URL}/bookings`);
  await other.getByRole('region', { name: '이 브라우저에서 결제하던 주문' }).getByRole('link').first().click();
  await expect(other.getByRole('button', { name: /결제하기$/ })).toBeVisible();
  await barrierFree(other);
  await picture(other, 'web-1440-second-tab');

  await choose(page, '결제하기');
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  await expect(other.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  await page.goto(checkout);
  await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
  await other.close();
});

test('an operator sees in the books where the money is', async ({ page }) => {
  await page.goto('/operator/payments');
  await page.getByLabel('이름').fill('김운영');
  await page.getByLabel('운영자 비밀번호').fill(OPERATOR);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: '결제사에서 받을 돈' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-books');
  await page.getByRole('link', { name: /^극장 \d+에 줄 돈$/ }).first().click();
  await expect(page.getByRole('row').nth(1)).toContainText('확정');
  await barrierFree(page);
  await picture(page, 'operator-statement');
  await page.goBack();
  await page.getByRole('button', { name: '맞춰 보기' }).click();
  await expect(page.getByRole('status').filter({ hasText: /읽어요|맞아요|맞지 않아요/ })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-comparison');
  await page.setViewportSize({ width: 360, height: 760 });
  await barrierFree(page);
  await picture(page, 'operator-books-360');
});

test.describe('on a phone of 360 pixels', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('a card pays, and everything fits', async ({ page }) => {
    await toCheckout(page, 1);
    await barrierFree(page);
    await picture(page, 'web-360-checkout');
    await payNow(page);
    await inWindow(page);
    await choose(page, '카드사 거절');
    await expect(page.getByRole('alert')).toBeVisible();
    await barrierFree(page);
    await picture(page, 'web-360-declined');
    await page.getByRole('button', { name: /다시 결제하기$/ }).click();
    await inWindow(page);
    await choose(page, '결제하기');
    await expect(page.getByRole('heading', { name: '예매했어요' })).toBeVisible();
    await barrierFree(page);
    await picture(page, 'web-360-paid');
    await page.getByRole('link', { name: '예매 내역 보기' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await barrierFree(page);
    await picture(page, 'web-360-booking-paid');
  });
});

async function toCheckout(page: Page, people: number): Promise<void> {
  const { screening } = await roomyScreening(page, HUB_URL);
  await page.goto(`/screenings/${screening}`);
  await page.getByRole('button', { name: `${people}명` }).click();
  await expect(page.locator('[data-seat][data-show="chosen"]')).toHaveCount(people);
  await page.getByRole('button', { name: /계속하기/ }).click();
  await expect(page).toHaveURL(/\/checkout\//);
  await page.getByLabel('휴대전화 번호').fill(PHONE);
}

async function payNow(page: Page): Promise<void> {
  await expect(page.getByRole('radio', { name: /지금 결제/ })).toBeChecked();
  await page.getByRole('button', { name: /원 결제하기$/ }).click();
}

async function fillAccount(page: Page, number: string): Promise<void> {
  await page.getByLabel('은행').selectOption('88');
  await page.getByLabel('계좌번호').fill(number);
  await page.getByLabel('예금주').fill('김토스');
}

async function inWindow(page: Page): Promise<void> {
  await page.waitForURL((url) => url.origin === SANDBOX_URL);
  await expect(page.getByText('SANDBOX', { exact: true })).toBeVisible();
}

async function choose(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${button}`) }).click();
}

async function numberOn(page: Page): Promise<string> {
  const text = await page.getByText(/\d{4}-\d{4}-\d{4}/).first().textContent();
  return /\d{4}-\d{4}-\d{4}/.exec(text ?? '')?.[0] ?? '';
}

/** How often the gateway has charged for the latest order. */
async function charges(page: Page): Promise<number> {
  const answer = await page.request.get(`${SANDBOX_URL}/__sandbox/payments?limit=50`);
  const { payments } = (await answer.json()) as {
    payments: { status: string; order_name: string; order_id: string }[];
  };
  const latest = payments[0]?.order_id;
  return payments.filter(({ status, order_id: id }) => status === 'DONE' && id === latest).length;
}
