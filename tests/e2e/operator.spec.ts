// What only people decide: staff look at the seats in doubt after a kiosk has recovered, and an
// operator reseats somebody whose seat was sold twice. The second kiosk is used for that, so
// that the other walks find the first as it was.

import type { APIRequestContext, Page } from '@playwright/test';

import { HUB_URL, barrierFree, expect, fitsAcross, picture, roomyScreening, test } from './walk';

const KIOSK_2_URL = process.env['KIOSK_2_URL'] ?? 'http://127.0.0.1:8082';
const NODE = 'busan-1';
const HUB_PID = Number(process.env['HUB_PID'] ?? '0');
const KIOSK_2_PID = Number(process.env['KIOSK_2_PID'] ?? '0');
const OPERATOR = process.env['OPERATOR'] ?? 'the operator of this demo';
const STAFF_PIN = process.env['STAFF_PIN'] ?? '1357';
/** A kiosk needs this long to notice that the hub is silent. */
const SILENCE = { timeout: 45_000 };

test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 1000 } });

test('a kiosk is told to recover, and staff say which seats in doubt were sold', async ({
  page,
  context,
}) => {
  const { screening } = await roomyScreening(page, KIOSK_2_URL);
  await signIn(page);
  await page.getByRole('link', { name: '키오스크', exact: true }).click();
  const node = page.getByRole('article').filter({ hasText: NODE });
  await expect(node).toContainText('연결됨');
  await barrierFree(page);
  await picture(page, 'operator-nodes');
  await node.getByRole('button', { name: `되찾게 하기: ${NODE}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '네, 처리할게요' }).click();
  await expect(dialog.getByText('이유를 적어 주세요.')).toBeVisible();
  await dialog.getByLabel('메모').fill('옛 사본으로 되살림');
  await barrierFree(page);
  await picture(page, 'operator-recover');
  await dialog.getByRole('button', { name: '네, 처리할게요' }).click();
  await expect(dialog).toBeHidden();

  const kiosk = await context.newPage();
  await kiosk.setViewportSize({ width: 1080, height: 1920 });
  await inDoubt(kiosk);
  await kiosk.goto(KIOSK_2_URL);
  await kiosk.getByRole('link', { name: /^직원: 확인 \d+석$/ }).click();
  await enterPin(kiosk, '0000');
  await expect(kiosk.getByRole('alert')).toContainText('비밀번호가 맞지 않아요');
  await enterPin(kiosk, STAFF_PIN);
  await barrierFree(kiosk);
  await kiosk.getByRole('button', { name: /팔렸는지 확인할 좌석/ }).click();
  await picture(kiosk, 'kiosk-doubts');
  await barrierFree(kiosk);

  // Somebody who holds a paper ticket keeps the seat.
  await kiosk.getByRole('listitem').first().getByRole('button').click();
  const seat = kiosk.getByRole('button', { name: /열 \d+번$/ }).first();
  await seat.click();
  await expect(seat).toHaveAttribute('aria-pressed', 'true');
  await kiosk.getByRole('button', { name: '이렇게 확인했어요' }).click();
  await expect(kiosk.getByText(/^팔린 1석은 막아 두고 \d+석을 다시 판매해요/)).toBeVisible();
  await barrierFree(kiosk);
  await picture(kiosk, 'kiosk-doubted');
  const before = await kiosk.getByRole('button', { name: /열 \d+번$/ }).count();
  expect(before).toBeGreaterThan(1);
  await kiosk.getByRole('button', { name: '네, 맞아요' }).click();
  await kiosk.getByRole('button', { name: '나머지는 팔린 표가 없어요' }).click();
  await kiosk.getByRole('button', { name: '네, 나머지를 모두 다시 팔아요' }).click();
  await expect(kiosk.getByRole('heading', { name: '확인할 좌석이 없어요' })).toBeVisible();
  await picture(kiosk, 'kiosk-no-doubts');
  expect((await device(kiosk)).seats_in_doubt).toBe(0);
  const seats = await kiosk.request.get(`${KIOSK_2_URL}/api/screenings/${screening}/seats`);
  expect(await seats.text()).toContain('"free"');
  await kiosk.close();
});

test('an operator reseats somebody whose seat was sold twice', async ({ page, context }) => {
  test.skip(HUB_PID <= 0 || KIOSK_2_PID <= 0, 'HUB_PID and KIOSK_2_PID are not given');
  const kiosk = await context.newPage();
  await soldTwice(page, kiosk);

  await signIn(page);
  await expect(page.getByRole('heading', { name: '처리할 충돌 1건' })).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-conflicts');
  await page.getByRole('link', { name: /한 좌석이 두 번 팔렸어요/ }).click();
  await expect(page.getByRole('heading', { name: '어떻게 할까요?' })).toBeVisible();
  await expect(page.getByText('5678')).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-conflict');

  // By keyboard alone.
  const reseat = page.getByRole('button', { name: /^같은 구역에서 좌석 옮기기/ });
  await reseat.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('→');
  await barrierFree(page);
  await picture(page, 'operator-confirm');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await reseat.focus();
  await page.keyboard.press('Enter');
  await dialog.getByLabel('메모').fill('통화함');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '좌석을 옮겼어요' })).toBeVisible();
  await expect(page.getByText(/김운영 님이 .* 처리했어요/)).toBeVisible();
  await barrierFree(page);
  await picture(page, 'operator-decided');
  await page.getByRole('link', { name: '모든 충돌' }).click();
  await expect(page.getByRole('heading', { name: '처리할 충돌 0건' })).toBeVisible();
  await expect(page.getByRole('link', { name: /한 좌석이 두 번.*처리함/ })).toBeVisible();

  await page.getByRole('link', { name: '키오스크', exact: true }).click();
  const node = page.getByRole('article').filter({ hasText: NODE });
  await expect(node).toContainText('제외됨');
  await node.getByRole('button', { name: /다시 받기/ }).click();
  await page.getByRole('button', { name: '네, 처리할게요' }).click();
  await expect(node).toContainText('사용 중');
  await page.setViewportSize({ width: 360, height: 760 });
  await page.getByRole('button', { name: 'English로 바꾸기' }).click();
  await expect(node).toContainText('In service');
  await fitsAcross(page);
  await picture(page, 'operator-nodes-360');
  await kiosk.close();
});

async function signIn(page: Page): Promise<void> {
  await page.goto('/operator');
  await page.getByLabel('이름').fill('김운영');
  await page.getByLabel('운영자 비밀번호').fill('guessed');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('비밀번호가 맞지 않아요');
  await barrierFree(page);
  await picture(page, 'operator-sign-in');
  await page.getByLabel('운영자 비밀번호').fill(OPERATOR);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '운영자 메뉴' })).toBeVisible();
}

async function enterPin(kiosk: Page, pin: string): Promise<void> {
  for (const digit of pin) {
    await kiosk.getByRole('button', { name: digit, exact: true }).click();
  }
  await kiosk.getByRole('button', { name: '확인', exact: true }).click();
}

interface Device {
  standing: string;
  seats_in_doubt: number;
  link: { state: string };
}

async function device(kiosk: Page): Promise<Device> {
  const answer = await kiosk.request.get(`${KIOSK_2_URL}/api/kiosk`);
  return (await answer.json()) as Device;
}

async function inDoubt(kiosk: Page): Promise<void> {
  const looked = async (): Promise<boolean> => {
    const { standing, seats_in_doubt } = await device(kiosk);
    return standing === 'selling' && seats_in_doubt > 0;
  };
  await expect.poll(looked, SILENCE).toBe(true);
}

/** The kiosk sells a seat while the hub is frozen; then the hub gives up the frozen kiosk and
 * sells the same seat. When the kiosk comes back both are known. */
async function soldTwice(page: Page, kiosk: Page): Promise<void> {
  const { screening } = await roomyScreening(page, KIOSK_2_URL);
  const seat = await freeSeat(kiosk.request, screening);
  process.kill(HUB_PID, 'SIGSTOP');
  try {
    const state = async (): Promise<string> => (await device(kiosk)).link.state;
    await expect.poll(state, SILENCE).toBe('offline');
    const hold = await held(kiosk.request, KIOSK_2_URL, screening, seat);
    const paying = await kiosk.request.post(`${KIOSK_2_URL}/api/holds/${hold}/payment`, { data: {} });
    const { order } = (await paying.json()) as { order: string };
    const card = `${KIOSK_2_URL}/api/simulated-card`;
    const data = { order, outcome: 'approve' };
    await expect.poll(async () => (await kiosk.request.post(card, { data })).ok()).toBe(true);
    const paid = async (): Promise<string> => {
      const answer = await kiosk.request.get(`${KIOSK_2_URL}/api/orders/${order}`);
      return ((await answer.json()) as { state: string }).state;
    };
    await expect.poll(paid).toBe('approved');
    process.kill(KIOSK_2_PID, 'SIGSTOP');
  } finally {
    process.kill(HUB_PID, 'SIGCONT');
  }
  try {
    const headers = { authorization: `Bearer ${OPERATOR}` };
    const fence = `${HUB_URL}/api/operator/nodes/${NODE}/fence`;
    const data = { by: '김운영', note: '기기가 사라짐' };
    expect((await page.request.post(fence, { headers, data })).ok()).toBe(true);
    const hold = await held(page.request, HUB_URL, screening, seat);
    const guest = { phone: '010-1234-5678', tender: 'pay_at_theater' };
    const booked = await page.request.post(`${HUB_URL}/api/holds/${hold}/booking`, { data: guest });
    expect(booked.ok()).toBe(true);
  } finally {
    process.kill(KIOSK_2_PID, 'SIGCONT');
  }
  const open = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${OPERATOR}` };
    const answer = await page.request.get(`${HUB_URL}/api/operator/conflicts`, { headers });
    return ((await answer.json()) as { open: number }).open;
  };
  await expect.poll(open, SILENCE).toBe(1);
}

/** A seat at the end of a run of free ones: nobody is left alone beside it. */
async function freeSeat(kiosk: APIRequestContext, screening: number): Promise<number> {
  const answer = await kiosk.get(`${KIOSK_2_URL}/api/screenings/${screening}/seats`);
  const { seats } = (await answer.json()) as { seats: { seat: number; state: string }[] };
  const free = seats.find(({ state }) => state === 'free');
  if (!free) {
    throw new Error('no seat is free');
  }
  return free.seat;
}

async function held(
  request: APIRequestContext,
  base: string,
  screening: number,
  seat: number,
): Promise<string> {
  const answer = await request.post(`${base}/api/screenings/${screening}/holds`, {
    data: { seats: [seat] },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as { hold: string }).hold;
}
