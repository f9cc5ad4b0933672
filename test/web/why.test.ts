import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { rateMany, trained } from '../support/recommender.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

const LIST = { n: 1, model: 'HYBRID', strategy: 'RELEVANCE', filter: {}, diversity: 0, popularity: 0.25, includeRated: false } as const;

describeInBrowser('Why', () => {
  const on = startDashboard(async (server) => {
    await rateMany(server.service, 12, 30);
    expect(await trained(server.service, ['MF'])).toBe(null);
  });

  const open = async (search: string) => {
    const { page, complaints } = await on.open();
    await page.goto(`${on.server.url}/why?${search}`);
    await page.locator('.waterfall li').first().waitFor();
    return { page, complaints };
  };
  const numbers = async (page: Page, selector: string) =>
    (await page.locator(selector).allTextContents()).map((text) => Number(text.replace('−', '-')));

  it('takes the first film of the list where none is named', async () => {
    const { page } = await open('user=1');
    const [first] = on.server.service.recommend('1', LIST);
    await expect.poll(() => new URL(page.url()).searchParams.get('movie')).toBe(first!.prediction.movieId);
  });

  it('lists parts that add up to the score', async () => {
    const { page, complaints } = await open('user=1&movie=3');
    const parts = await numbers(page, '.waterfall li:not(.total) .adds');
    const [score] = await numbers(page, '.waterfall .total .adds');
    expect(score).toBe(Number(on.server.service.predict('1', '3', 'HYBRID').score.toFixed(2)));
    expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - score!)).toBeLessThanOrEqual(0.005 * (parts.length + 1));
    const boxes = await Promise.all((await page.locator('.waterfall .bar').all()).map((bar) => bar.boundingBox()));
    expect(boxes.every((box) => box!.width > 0)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('goes from film to film without loading the page again, and back', async () => {
    const { page } = await open('user=1&movie=3');
    const heading = page.locator('.prediction h2');
    await expect.poll(() => heading.textContent()).toBe('Film 3 (1953)');
    await page.evaluate('window.stayed = true');
    await page.getByRole('combobox', { name: 'Film' }).fill('film 42');
    await page.getByRole('option', { name: 'Film 42' }).click();
    await expect.poll(() => heading.textContent()).toBe('Film 42 (1992)');
    await page.goBack();
    await expect.poll(() => heading.textContent()).toBe('Film 3 (1953)');
    expect(await page.evaluate('window.stayed')).toBe(true);
  });

  it('moves with a rating: parts, and the place on the axes of taste', async () => {
    // One of those who like every other film says that such a film is bad.
    const { page } = await open('user=u1&movie=m5');
    const standing = page.locator('section[aria-labelledby=standing] li').first();
    const before = { parts: await numbers(page, '.waterfall .adds'), standing: await standing.textContent() };
    await page.locator('.prediction .stars').click({ position: { x: 3, y: 10 } });
    await expect.poll(() => page.locator('.prediction').textContent()).toMatch(/You gave 1\. Expected \d\.\d → \d\.\d/);
    await expect.poll(() => numbers(page, '.waterfall .adds')).not.toEqual(before.parts);
    await expect.poll(() => standing.textContent()).not.toBe(before.standing);
  });

  it('says so calmly when film or user are unknown', async () => {
    const { page } = await open('user=nobody&movie=60');
    expect(await page.locator('.prediction').textContent()).toContain('Neither the user nor the film has a rating yet');
    expect(await page.locator('section[aria-labelledby=because]').textContent()).toContain('None: no rating of this user');
  });
});
