// Finding a film: on the web as people type it, with the keyboard alone, and at the kiosk on the
// letters of the screen.

import { HUB_URL, KIOSK_URL, barrierFree, expect, picture, test } from './walk';

test.describe('on the web', () => {
  test.use({ baseURL: HUB_URL, viewport: { width: 1440, height: 900 } });

  test('half a syllable, initial consonants and the wrong keyboard find the film', async ({ page }) => {
    await page.goto('/');
    const field = page.getByRole('combobox');
    for (const text of ['기새', 'ㄱㅅㅊ', 'rltodcnd', '기셍츙']) {
      await field.fill(text);
      await expect(page.getByRole('option').first()).toContainText('기생충');
    }
    await field.fill('어벤져스엔드');
    await expect(page.getByRole('option').first().locator('mark')).toContainText('어벤져스: 엔드');
    await barrierFree(page);
    await picture(page, 'web-1440-suggestions');
  });

  test('by the keyboard alone: search, choose, find the search again, forget it', async ({ page }) => {
    await page.goto('/search');
    const field = page.getByRole('combobox');
    await expect(field).toBeFocused();
    await page.keyboard.type('parasite');
    await expect(page.getByRole('option').first()).toContainText('기생충');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=parasite$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('parasite');
    await expect(page.getByRole('link', { name: /기생충/ })).toBeVisible();
    await barrierFree(page);
    await picture(page, 'web-1440-results');

    await field.fill('괴');
    await expect(page.getByRole('option').first()).toContainText('괴물');
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/movies\/\d+$/);

    await page.goto('/search');
    const recent = page.getByRole('listbox', { name: '최근 검색어' }).getByRole('option');
    await expect(recent).toHaveText(['괴', 'parasite']);
    await barrierFree(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await expect(recent).toHaveText(['parasite']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=parasite$/);
    await page.keyboard.press('Escape');
  });

  test('a syllable that is being composed is no choice, and suggests all the same', async ({ page }) => {
    await page.goto('/search');
    const field = page.getByRole('combobox');
    const client = await page.context().newCDPSession(page);
    await field.focus();
    const compose = async (text: string): Promise<void> => {
      await client.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    };
    for (const text of ['ㄱ', '기', '깃', '기새']) {
      await compose(text);
    }
    await expect(page.getByRole('option').first()).toContainText('기생충');
    await expect(page).toHaveURL(/\/search$/);
  });

  test('nothing found: guesses, and the way to ask for a film', async ({ page }) => {
    await page.goto(`/search?q=${encodeURIComponent('쇼생크의 위대한 탈출극')}`);
    await expect(page.getByRole('heading', { name: '혹시 이 영화를 찾으셨나요?' })).toBeVisible();
    await barrierFree(page);
    await picture(page, 'web-1440-guesses');
    await page.getByRole('link', { name: /쇼생크 탈출: 재상영 요청/ }).click();
    await expect(page.getByRole('heading', { name: '쇼생크 탈출', level: 1 })).toBeVisible();
    await expect(page.locator('#request')).toBeInViewport();
    await page.goto(`/search?q=${encodeURIComponent('쀍뛟쿫쀍')}`);
    await expect(page.getByRole('heading', { name: /맞는 영화가 없어요/ })).toBeVisible();
    await barrierFree(page);
  });

  test('on a narrow screen nothing is wider than it', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/');
    await page.getByRole('link', { name: '영화 검색' }).click();
    await page.getByRole('combobox').fill('반지의 제왕');
    await expect(page.getByRole('option')).toHaveCount(3);
    await barrierFree(page);
    await picture(page, 'web-360-suggestions');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=/);
    await barrierFree(page);
    await picture(page, 'web-360-results');
  });
});

test.describe('at the kiosk', () => {
  test.use({ baseURL: KIOSK_URL, viewport: { width: 1080, height: 1920 }, hasTouch: true });

  test('letters on the screen find a film', async ({ page }) => {
    await page.goto('/start');
    await page.getByRole('link', { name: /영화로 찾기/ }).tap();
    const keyboard = page.getByRole('group', { name: '화면 글자판' });
    const press = async (name: string): Promise<void> => {
      await keyboard.getByRole('button', { name, exact: true }).tap();
    };
    for (const key of 'ㄱㅣㅅㅐ') {
      await press(key);
    }
    await expect(page.getByRole('status', { name: '입력한 글자' })).toHaveText('기새');
    await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('기생충');
    await barrierFree(page);
    await picture(page, 'kiosk-search');
    await press('모두 지우기');
    for (const key of 'ㄱㅅㅊ') {
      await press(key);
    }
    await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('기생충');
    await press('지우기');
    await expect(page.getByRole('status', { name: '입력한 글자' })).toHaveText('ㄱㅅ');
    await press('모두 지우기');
    await press('영문 글자판');
    for (const key of 'okja') {
      await press(key);
    }
    await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('옥자');
    await press('한글 글자판');
    const small = await keyboard.getByRole('button').evaluateAll((buttons) =>
      buttons.filter((button) => button.getBoundingClientRect().height < 80).length,
    );
    expect(small).toBe(0);
  });

  test('a real keyboard works, whatever it is set to', async ({ page }) => {
    await page.goto('/search');
    await expect(page.getByRole('group', { name: '화면 글자판' })).toBeVisible();
    await page.keyboard.type('rltodcnd');
    await expect(page.getByRole('status', { name: '입력한 글자' })).toHaveText('기생충');
    await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('기생충');
    await page.keyboard.press('Backspace');
    await expect(page.getByRole('status', { name: '입력한 글자' })).toHaveText('기생추');
  });
});
