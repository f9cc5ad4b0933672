import { expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

const MARKUP = '<img src=x onerror="alert(1)"> & <b>bold</b>';

describeInBrowser('the data', () => {
  const on = startDashboard();

  it('is told in figures, also as text, with titles as they are, and counted again when asked', async () => {
    await on.server.service.putMovie({ id: '60', title: MARKUP, year: 2010 });
    await on.server.service.rate({ userId: '1', movieId: '60', rating: 5, ratedAt: null, requestId: null });
    const { page, complaints } = await on.open({ viewport: { width: 390, height: 800 } });
    await page.goto(`${on.server.url}/data`);
    const leastRated = page.locator('section[aria-label="Least rated"] tbody td:first-child');
    await expect.poll(async () => (await leastRated.allTextContents())[0]).toBe(`${MARKUP} (2010)`);
    await page.locator('.plain-words li').first().waitFor();
    await expect.poll(() => page.locator('.plot svg').count()).toBeGreaterThan(7);
    for (const summary of await page.getByText('The figures as text').all()) await summary.click();
    const { histogram, ratingCount } = on.server.service.dataset();
    const told = await page
      .getByRole('region', { name: /How often each rating was given/ })
      .locator('td.number')
      .allTextContents();
    expect(told).toEqual(histogram.map(({ count }) => String(count)));
    expect(await axeViolations(page)).toEqual([]);

    const total = page.locator('.figures dd').first();
    expect(await total.textContent()).toBe(String(ratingCount));
    await on.server.service.rate({ userId: '2', movieId: '60', rating: 1, ratedAt: null, requestId: null });
    await page.getByText('1 rating since these figures were counted.').waitFor();
    await page.getByRole('button', { name: 'Count again' }).click();
    await expect.poll(() => total.textContent()).toBe(String(ratingCount + 1));
    expect(complaints).toEqual([]);
  });
});
