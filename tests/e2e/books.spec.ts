// What an operator decides about the books.

import type { Page } from '@playwright/test';

import { HUB_URL, OPERATOR, barrierFree, expect, picture, test } from './walk';

test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 900 } });

test('an operator decides about what the gateway tells otherwise than the books', async ({ page }) => {
  await tellDifferences(page);
  await page.goto('/operator/payments');
  await page.getByLabel('이름').fill('김운영');
  await page.getByLabel('운영자 비밀번호').fill(OPERATOR);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '맞춰 보기' }).click();
  const stranger = page.getByRole('listitem').filter({ hasText: 'not-one-of-ours' });
  await expect(stranger).toContainText('9,000원');
  await barrierFree(page);
  await picture(page, 'operator-differences');
  await stranger.getByRole('button', { name: /^결제사에서 취소하기/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '네' }).click();
  await expect(dialog.getByText('메모', { exact: false }).first()).toBeVisible();
  await dialog.getByRole('textbox').fill('콘솔에서 시험한 결제');
  await barrierFree(page);
  await picture(page, 'operator-difference-decide');
  await dialog.getByRole('button', { name: '네' }).click();
  await expect(stranger.getByRole('status')).toHaveText('결제사의 답을 기다리는 중');
  // The page asks again by itself.
  await expect(stranger.getByRole('status')).toContainText('처리함');
  await expect(stranger.getByRole('button')).toHaveCount(0);
  const refused = page.getByRole('listitem').filter({ hasText: 'a-twice' });
  await expect(refused).toContainText('NOT_CANCELABLE_PAYMENT');
  await expect(refused.getByRole('button')).toHaveCount(2);
  await page.setViewportSize({ width: 360, height: 760 });
  await barrierFree(page);
  await picture(page, 'operator-differences-360');
});

/**
 * A comparison that is over. A real one takes hours, because the gateway tells late and is asked
 * twice: what the hub does with decisions is tested with its clock in hand, and here is how it looks.
 */
async function tellDifferences(page: Page): Promise<void> {
  const at = Date.now();
  let stranger: object | null = null;
  const difference = (number: number, name: string, decided: object | null): object => ({
    number,
    what: 'charge_missing_here',
    here: null,
    there: null,
    here_won: null,
    there_won: 9_000,
    order: null,
    refund: null,
    gateway_order: name,
    payment_key: `key-of-${name}`,
    repair: 'cancel_at_the_gateway',
    can_be_carried_out: true,
    decided,
  });
  const comparison = (): object => ({
    comparison: 7,
    from: at - 2 * 86_400_000,
    until: at - 86_400_000,
    state: 'finished',
    finished_at: at,
    transactions: 321,
    differences: [
      difference(1, 'not-one-of-ours', stranger),
      difference(2, 'a-twice', {
        decision: 'carry_out',
        decided_at: at,
        state: 'refused',
        code: 'NOT_CANCELABLE_PAYMENT',
      }),
    ],
  });
  await page.route('**/api/operator/comparisons**', (route) => {
    const told = route.request();
    const decided = { decision: 'carry_out', decided_at: at };
    if (told.url().endsWith('/comparisons/7/differences/1/decision')) {
      expect(told.postDataJSON()).toEqual({
        by: '김운영',
        note: '콘솔에서 시험한 결제',
        decision: 'carry_out',
      });
      stranger = { ...decided, state: 'decided' };
    } else if (stranger !== null && told.method() === 'GET') {
      stranger = { ...decided, state: 'done', done_at: at };
    }
    return route.fulfill({ json: comparison() });
  });
}
