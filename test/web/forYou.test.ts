import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { trained } from '../support/recommender.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

const MALICE = '<img src=x onerror="document.title=1"><script>alert(1)</script>';

describeInBrowser('For you', () => {
  const on = startDashboard(async (server) => {
    expect(await trained(server.service, ['MF'])).toBe(null);
  });

  const open = async (search: string) => {
    const { page, complaints } = await on.open();
    await page.goto(`${on.server.url}/for-you?${search}`);
    await page.locator('.row').first().waitFor();
    return { page, complaints };
  };
  const titles = (page: Page) => page.locator('.row h3').allTextContents();
  const scores = (page: Page) => page.locator('.row .score strong').allTextContents();
  const ratedBy = (userId: string) => on.server.service.user(userId)?.ratingCount ?? 0;
  const doubtOf = (page: Page) => page.locator('.profile .facts dd').last().textContent();
  /** Widths of the hatched bars: the model's doubt. */
  const doubts = async (page: Page) => {
    const boxes = await page.locator('.row .interval-doubt').all();
    return Promise.all(boxes.map(async (box) => (await box.boundingBox())!.width));
  };

  it('shows the list of the most active user to who names none', async () => {
    const { page } = await on.open();
    await page.goto(on.server.url);
    await page.locator('.row').first().waitFor();
    const user = new URL(page.url()).searchParams.get('user')!;
    expect(ratedBy(user)).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.profile h2').textContent()).toBe(`User ${user}`);
  });

  it('learns from five stars: list, scores, doubt and profile change, and each change is shown', async () => {
    const { page, complaints } = await open('user=somebody%20new');
    await expect.poll(() => page.locator('.profile').textContent()).toContain('Nobody of this name has rated anything');
    const before = { titles: await titles(page), scores: await scores(page), doubts: await doubts(page) };
    for (let count = 1; count <= 5; count += 1) {
      const film = (await titles(page))[0]!;
      const stars = page.locator('.row .stars').first();
      const { width } = (await stars.boundingBox())!;
      await stars.click({ position: { x: width * (count % 2 === 0 ? 0.95 : 0.28), y: 10 } });
      await expect.poll(() => titles(page)).not.toContain(film);
      await expect.poll(() => page.locator('.profile .facts dd').first().textContent()).toBe(String(count));
    }
    expect(ratedBy('somebody new')).toBe(5);
    expect(await titles(page)).not.toEqual(before.titles);
    expect(await scores(page)).not.toEqual(before.scores);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(await doubts(page))).toBeLessThan(mean(before.doubts));
    expect(await page.locator('.badge').allTextContents()).toContainEqual(expect.stringMatching(/\d\.\d → \d\.\d|▲|▼/));
    expect(await page.locator('.teach li').first().textContent()).toMatch(/You gave 1\.5\. Expected \d\.\d → \d\.\d\./);
    expect(complaints).toEqual([]);
  });

  it('is seen live in a second tab', async () => {
    const [here, there] = [await open('user=in%20two%20tabs'), await open('user=in%20two%20tabs')];
    const film = (await titles(there.page))[0]!;
    await here.page.locator('.row .stars').first().click();
    await expect.poll(() => titles(there.page)).not.toContain(film);
    expect(await titles(there.page)).toEqual(await titles(here.page));
    expect(await doubtOf(there.page)).toBe(await doubtOf(here.page));
  });

  it('is rated by keyboard alone: arrows choose, Enter gives, and the place in the list is kept', async () => {
    const { page } = await open('user=by%20keyboard');
    await page.locator('.row .stars').nth(1).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    expect(ratedBy('by keyboard')).toBe(0);
    expect(await page.locator('.row .stars').nth(1).getAttribute('aria-valuetext')).toBe('4.5 of 5, press Enter to rate');
    await page.keyboard.press('Enter');
    await expect.poll(() => ratedBy('by keyboard')).toBe(1);
    expect(on.server.service.ratingsOf('by keyboard', { first: 1, after: null }).nodes[0]!.rating).toBe(4.5);
    await expect.poll(() => page.locator('.row').nth(1).locator(':focus').count()).toBe(1);
  });

  it('takes a rating back', async () => {
    const { page } = await open('user=of%20two%20minds');
    const [film] = await titles(page);
    await page.locator('.row .stars').first().click();
    await page.getByRole('button', { name: `Take back Film` }).click();
    await expect.poll(() => ratedBy('of two minds')).toBe(0);
    await expect.poll(() => titles(page)).toContain(film);
  });

  it('asks a newcomer, and takes "not seen" for an answer', async () => {
    const { page } = await open('user=newcomer');
    const questions = page.locator('section[aria-labelledby=questions] .film-title');
    const [first] = await questions.allTextContents();
    await page.getByRole('button', { name: 'Not seen' }).first().click();
    await expect.poll(() => questions.allTextContents()).not.toContain(first);
    expect(ratedBy('newcomer')).toBe(0);
  });

  it('finds a favourite by its title', async () => {
    const { page } = await open('user=with%20favourites');
    await page.getByLabel('Part of the title').fill('film 42');
    await page.locator('section[aria-labelledby=search] .stars').click();
    await expect.poll(() => ratedBy('with favourites')).toBe(1);
    await page.getByLabel('Part of the title').fill('no film of this name');
    await expect.poll(() => page.locator('section[aria-labelledby=search]').textContent()).toContain('No title has this in it');
  });

  it('can be steered, and a reload keeps how', async () => {
    const { page } = await open('user=1');
    const usual = await titles(page);
    await page.getByLabel('Order by').selectOption('Worth finding out');
    await expect.poll(() => titles(page)).not.toEqual(usual);
    await page.getByLabel('from').fill('2005');
    await page.getByLabel('from').press('Enter');
    await expect.poll(async () => (await titles(page)).every((title) => Number(title.match(/\((\d+)\)/)![1]) >= 2005)).toBe(true);
    const steered = await titles(page);
    await page.reload();
    await expect.poll(() => titles(page)).toEqual(steered);
    await page.getByLabel('from').fill('2150');
    await page.getByLabel('from').press('Enter');
    await expect.poll(() => page.locator('.list').textContent()).toContain('No film fits.');
    await page.getByRole('button', { name: 'Clear genres and years' }).first().click();
    await page.locator('.row').first().waitFor();
    await page.getByLabel('from').fill('2999');
    await page.getByLabel('from').press('Enter');
    await expect.poll(() => page.locator('.list [role=alert]').textContent()).toContain('must be a whole number from 1800 to 2200');
  });

  it('finds users by the beginning of their id', async () => {
    const { page } = await open('user=1');
    await page.getByRole('combobox', { name: 'User' }).fill('1');
    await page.getByRole('combobox', { name: 'User' }).fill('12');
    await page.getByRole('option', { name: '12' }).click();
    await expect.poll(() => page.locator('.profile h2').textContent()).toBe('User 12');
  });

  it('shows markup in titles and ids as text', async () => {
    await on.server.service.putMovie({ id: 'evil', title: MALICE, year: 2060, genres: [MALICE] });
    await on.server.service.rate({ userId: MALICE, movieId: '1', rating: 5, ratedAt: null, requestId: null });
    const { page, complaints } = await open(`user=${encodeURIComponent(MALICE)}&from=2060`);
    expect(await titles(page)).toEqual([`${MALICE} (2060)`]);
    await expect.poll(() => page.locator('.profile h2').textContent()).toBe(`User ${MALICE}`);
    await page.getByRole('link', { name: 'Why' }).last().click();
    await expect.poll(() => page.locator('.prediction h2').textContent()).toBe(`${MALICE} (2060)`);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
