// What every walk does besides walking: it notes errors and requests that leave the machine,
// looks for barriers, and takes pictures.

import { fileURLToPath } from 'node:url';

import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

export const HUB_URL = process.env['HUB_URL'] ?? 'http://127.0.0.1:8080';
export const SANDBOX_URL = process.env['SANDBOX_URL'] ?? 'http://127.0.0.1:4010';
export const OPERATOR = process.env['OPERATOR'] ?? 'the operator of this demo';
export const PHONE = '010-1234-5678';
export const KIOSK_URL = process.env['KIOSK_URL'] ?? 'http://127.0.0.1:8081';

const ARTIFACTS = process.env['ARTIFACTS'] ?? fileURLToPath(new URL('../../artifacts', import.meta.url));
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A page that fails its test when it logs an error or asks another machine for anything. */
export const test = base.extend<{ watched: undefined }>({
  watched: [
    async ({ page }, use) => {
      const wrong: string[] = [];
      page.on('pageerror', (error) => wrong.push(error.message));
      page.on('console', (message) => {
        // A refusal such as 409 is an answer, and the screen is tested for what it makes of it.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          wrong.push(message.text());
        }
      });
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol !== 'data:' && hostname !== '127.0.0.1' && hostname !== 'localhost') {
          wrong.push(`left the machine: ${request.url()}`);
        }
      });
      await use(undefined);
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function picture(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
}

/** No barrier that a rule can find, and nothing wider than the screen. */
export async function barrierFree(page: Page, withoutRules: string[] = []): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    .disableRules(withoutRules)
    .analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`),
  }));
  expect(found, page.url()).toEqual([]);
  await fitsAcross(page);
}

export async function fitsAcross(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth] as const;
  });
  expect(content, page.url()).toBeLessThanOrEqual(screen);
}

/** Fonts are there, and what moves has arrived. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map((each) => each.finished));
  });
}

interface Screening {
  screening: number;
  movie: { movie: number; title: string };
  theater: { theater: number };
  capacity: number;
  free_here: number;
  sale: string;
  starts_at: number;
}

/** A screening with room for the walk, straight from the API. */
export async function roomyScreening(page: Page, base: string): Promise<Screening> {
  const response = await page.request.get(`${base}/api/screenings`);
  const { screenings } = (await response.json()) as { screenings: Screening[] };
  const roomy = screenings
    // What has begun is still sold for a while, but can no longer be cancelled.
    .filter(({ sale, starts_at }) => sale === 'open' && starts_at > Date.now() + 3_600_000)
    .toSorted((a, b) => b.free_here - a.free_here)[0];
  if (!roomy || roomy.free_here < 12) {
    throw new Error('no screening with twelve free seats');
  }
  return roomy;
}
