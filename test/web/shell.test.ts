import type { Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser, openPage } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

describeInBrowser('the dashboard', () => {
  const on = startDashboard();

  it('opens each view from its link and from its address, and again after a reload, without a complaint', async () => {
    const { page, complaints } = await on.open();
    await page.goto(on.server.url);
    // Then it is known whose list it is, and every link names that user.
    await page.locator('.row').first().waitFor();
    const hrefs = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
    expect(hrefs.length).toBeGreaterThan(0);
    for (const href of hrefs) {
      await page.locator(`nav a[href="${href}"]`).click();
      await page.locator(`nav a[href="${href}"][aria-current=page]`).waitFor();
      const heading = await page.locator('h1').textContent();
      // The title follows when the view has been drawn.
      await expect.poll(() => page.title()).toBe(`${heading} · Tastegraph`);
      expect(new URL(page.url()).pathname).toBe(new URL(href, on.server.url).pathname);
      await page.reload();
      await expect.poll(() => page.locator('h1').textContent()).toBe(heading);
      await expect.poll(() => page.locator('nav a[aria-current=page]').textContent()).toBe(heading);
      await expect.poll(() => page.locator('main .state.loading').count()).toBe(0);
    }
    expect(complaints).toEqual([]);
  });

  it('weighs at most 200 KB until the first list can be read', async () => {
    const { page } = await openPage(on.browser);
    const loaded: { readonly url: string; readonly bytes: number }[] = [];
    page.on('requestfinished', async (request) => loaded.push({ url: request.url(), bytes: (await request.sizes()).responseBodySize }));
    await page.goto(`${on.server.url}/?user=1`);
    await page.locator('.row').first().waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = loaded.reduce((sum, file) => sum + file.bytes, 0);
    expect(loaded.length).toBeGreaterThan(5);
    expect(loaded.every(({ url }) => url.startsWith(on.server.url))).toBe(true);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(200 * 1_024);
  });

  it.each([
    ['somebody', '/?user=1', [['recommendations', 'movieCount']]],
    ['nobody', '/', [['mostActive', 'movieCount'], ['recommendations']]],
  ])('asks only for what it needs, and as little as can be in a row, before the list of %s', async (_, path, inTurn) => {
    const { page } = await on.open();
    const html = await (await fetch(on.server.url + path)).text();
    const files: string[] = [];
    let held: Route[] = [];
    page.on('request', (request) => files.push(...(request.url().match(/\/assets\/.*/) ?? [])));
    await page.route('**/graphql', (route) => void held.push(route));
    await page.goto(on.server.url + path);
    for (const parts of inTurn) {
      const isHeld = (part: string) => held.some((route) => route.request().postData()!.includes(part));
      await expect.poll(() => parts.filter((part) => !isHeld(part))).toEqual([]);
      expect(await page.locator('.row').count()).toBe(0);
      const questions = held;
      held = [];
      await Promise.all(questions.map((route) => route.continue()));
    }
    await page.locator('.row').first().waitFor();
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !html.includes(`"${file}"`))).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('is open to everybody: axe-core finds nothing wrong with any view, %s', async (colorScheme) => {
    const { page } = await on.open({ colorScheme });
    await page.goto(`${on.server.url}/?user=1`);
    for (const link of await page.locator('nav a').all()) {
      await link.click();
      await expect.poll(() => page.locator('main .state.loading').count()).toBe(0);
      expect(await axeViolations(page)).toEqual([]);
    }
  });
});
