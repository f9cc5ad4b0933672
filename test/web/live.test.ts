import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

const rating = (userId: string, movieId: string, value: number) => ({ userId, movieId, rating: value, ratedAt: null, requestId: null });

/** The newest rating in words: user, film, expected, given. */
const newest = async (page: Page) => {
  const cells = page.locator('section[aria-label="The newest ratings"] tbody tr:first-child td');
  return (await cells.allTextContents()).slice(0, 4);
};

describeInBrowser('learning live', () => {
  const on = startDashboard();

  it('shows each rating when it arrives, in every window, and what a restart of the server kept from it', async () => {
    const [one, two] = await Promise.all([on.open(), on.open({ colorScheme: 'dark', viewport: { width: 390, height: 800 } })]);
    for (const { page } of [one, two]) {
      await page.goto(`${on.server.url}/live`);
      await page.getByText('Live: each rating is drawn as it arrives.').waitFor();
      await page.locator('.plot svg').nth(3).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    }
    expect([...one.complaints, ...two.complaints]).toEqual([]);

    const { before } = await on.server.service.rate(rating('looked at', '60', 4.5));
    const told = ['looked at', 'Film 60 (2010)', before.score.toFixed(1), '4.5'];
    for (const { page } of [one, two]) await expect.poll(() => newest(page)).toEqual(told);
    const dots = one.page.getByText(/the newest with a ring: 4.5 given/);
    expect(await dots.textContent()).toContain(`${before.score.toFixed(1)} predicted`);

    await on.server.restart(async (service) => {
      await one.page.getByText(/No connection since \d/).waitFor();
      await service.rate(rating('missed', '59', 2));
    });
    for (const { page } of [one, two]) await expect.poll(() => newest(page)).toEqual(['missed', 'Film 59 (2009)', '–', '2.0']);
    await one.page.getByText('Live: each rating is drawn as it arrives.').waitFor();
    // What was predicted for the ratings that the page had seen is not lost with the server that predicted it.
    expect(await dots.count()).toBe(1);

    await one.page.getByRole('button', { name: 'Pause' }).click();
    await on.server.service.rate(rating('heard again', '58', 3));
    await expect.poll(() => newest(two.page)).toContain('heard again');
    await one.page.getByText('1 rating since').waitFor();
    expect(await newest(one.page)).toContain('missed');
    await one.page.getByRole('button', { name: 'Go on' }).click();
    expect(await newest(one.page)).toContain('heard again');
  });
});
