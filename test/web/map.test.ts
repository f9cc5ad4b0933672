import { expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

describeInBrowser('the taste map', () => {
  const on = startDashboard();

  it('comes with the first model, is walked by keyboard, and moves the user with each rating', async () => {
    const { page, complaints } = await on.open();
    await page.goto(`${on.server.url}/map?user=1`);
    await page.getByText('There is no map yet.').waitFor();
    on.server.service.train(['MF']);
    await page.locator('.plane svg').waitFor({ timeout: 120_000 });
    const films = page.locator('.film');
    expect(await films.count()).toBe(on.server.service.mostRated(300).length);
    const rated = on.server.service.user('1')!.ratingCount;
    const standing = (ratings: number) => page.getByText(`User 1, after ${ratings} ratings: `);
    await standing(rated).waitFor();
    expect(await axeViolations(page)).toEqual([]);

    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.locator('.film[tabindex="0"]').focus();
    const first = await focused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await expect.poll(focused).not.toBe(first);
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Whole map' }).click();
    expect(await films.count()).toBe(on.server.service.mostRated(300).length);

    const places = page.locator('.user-now');
    const before = await places.getAttribute('style');
    await page.getByRole('button', { name: /^Film 57 / }).press('Enter');
    await page.getByRole('slider', { name: 'Rate Film 57' }).press('End');
    await page.getByRole('slider', { name: 'Rate Film 57' }).press('Enter');
    await standing(rated + 1).waitFor();
    await expect.poll(() => places.getAttribute('style')).not.toBe(before);

    const elsewhere = await places.getAttribute('style');
    await on.server.service.rate({ userId: '1', movieId: '60', rating: 1, ratedAt: null, requestId: null });
    await standing(rated + 2).waitFor();
    await expect.poll(() => places.getAttribute('style')).not.toBe(elsewhere);
    expect(complaints).toEqual([]);
  });
});
