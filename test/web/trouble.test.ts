import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { startTestServer } from '../support/running.ts';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

/** Answers instead of the server. */
const refuse = (route: Route, status: number, message: string, extensions: Record<string, unknown>) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify({ errors: [{ message, extensions }] }) });

describeInBrowser('the dashboard in trouble', () => {
  const on = startDashboard();

  const open = async (search: string): Promise<Page> => {
    const { page } = await on.open();
    await page.goto(`${on.server.url}/for-you?${search}`);
    await page.locator('.row').first().waitFor();
    return page;
  };
  const titles = (page: Page) => page.locator('.row h3').allTextContents();
  const banner = (page: Page) => page.locator('.banners').textContent();

  it('says calmly that the server is away, and goes on by itself when it is back', async () => {
    const page = await open('user=patient');
    const [film, other] = await titles(page);
    await on.server.restart(async (service) => {
      await expect.poll(() => banner(page)).toContain("The server doesn't answer.");
      expect(await axeViolations(page)).toEqual([]);
      await page.locator('.row .stars').first().click();
      await expect.poll(() => page.locator('.list [role=alert]').first().textContent()).toContain("The server doesn't answer.");
      const movieId = film!.match(/^Film (\d+)/)![1]!;
      await service.rate({ userId: 'patient', movieId, rating: 2, ratedAt: null, requestId: null });
    });
    await expect.poll(() => banner(page)).toBe('');
    await expect.poll(() => titles(page)).not.toContain(film);
    await page.locator('.row', { hasText: other! }).locator('.stars').click();
    await expect.poll(() => titles(page)).not.toContain(other);
    expect(on.server.service.user('patient')!.ratingCount).toBe(2);
  });

  it('opens a view by itself that was chosen while the server was away', async () => {
    const page = await open('user=1');
    await on.server.restart(async () => {
      await expect.poll(() => banner(page)).toContain("The server doesn't answer.");
      await page.getByRole('link', { name: 'Model' }).click();
      await page.getByText("This view can't be loaded").waitFor();
    });
    await page.getByRole('heading', { name: 'Versions' }).waitFor();
  });

  it('shows why a rating was refused', async () => {
    const page = await open('user=refused');
    await page.route('**/graphql', (route) =>
      route.request().postData()!.includes('mutation')
        ? refuse(route, 200, 'rating must be a multiple of 0.5 from 1 to 5, not 7.', { code: 'BAD_USER_INPUT' })
        : route.continue(),
    );
    await page.locator('.row .stars').first().click();
    await expect.poll(() => page.locator('.list [role=alert]').textContent()).toContain('must be a multiple of 0.5 from 1 to 5, not 7.');
  });

  it('waits for a busy server, asks again, and in the end lets a person decide', async () => {
    const page = await open('user=1');
    let refusals = 2;
    await page.route('**/graphql', (route) => {
      if (!route.request().postData()!.includes('recommendations') || refusals === 0) return route.continue();
      refusals -= 1;
      return refuse(route, 503, 'More is asked than the server can answer: try again later.', { code: 'OVERLOADED', retryAfterMs: 10 });
    });
    const usual = await titles(page);
    await page.getByLabel('Order by').selectOption('Worth finding out');
    await expect.poll(() => titles(page)).not.toEqual(usual);
    expect(refusals).toBe(0);
    refusals = 3;
    await page.getByLabel('Order by').selectOption('Most relevant');
    await expect.poll(() => page.locator('.list [role=alert]').textContent()).toContain('try again later');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.list [role=alert]').count()).toBe(0);
    await expect.poll(() => titles(page)).toEqual(usual);
  });

  it('says so when nothing is known of a film', async () => {
    const { page } = await on.open();
    await page.goto(`${on.server.url}/why?user=1&movie=nothing`);
    await expect.poll(() => page.locator('main [role=alert]').textContent()).toMatch(/nothing/);
  });

  it('asks for a token where the server does, and keeps it in memory alone', async () => {
    const guarded = await startTestServer({ tokens: 'one:user:1:secret-of-one,reader:read:secret-to-read' });
    try {
      const { page } = await on.open();
      await page.goto(`${guarded.url}/for-you?user=1`);
      await page.getByLabel(/asks for a token/).fill('not a token');
      await page.getByRole('button', { name: 'Use it' }).click();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByLabel(/does not take that token/).fill('secret-of-one');
      await page.getByRole('button', { name: 'Use it' }).click();
      await page.locator('.row').first().waitFor();
      expect(await banner(page)).toBe('');
      const [film] = await titles(page);
      await page.locator('.row .stars').first().click();
      await expect.poll(() => titles(page)).not.toContain(film);
      expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe('[{},{},""]');
      await page.goto(`${guarded.url}/for-you?user=2`);
      await page.getByLabel(/asks for a token/).fill('secret-of-one');
      await page.getByRole('button', { name: 'Use it' }).click();
      await expect.poll(() => page.locator('.list [role=alert]').textContent()).toMatch(/user/);
    } finally {
      await guarded.close();
    }
  });
});
