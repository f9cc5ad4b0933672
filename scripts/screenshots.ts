/**
 * Takes the pictures of the dashboard that the README shows, from a server that runs, and says of every view at every width whether
 * anything is wider than the screen.
 *
 * npm run screenshots -- [URL] [FOLDER]    http://127.0.0.1:4000 and docs/images unless told otherwise
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from '../test/web/support/browser.ts';

const [url = 'http://127.0.0.1:4000', folder = 'docs/images'] = process.argv.slice(2);
const WIDTHS = [390, 768, 1440];
const SCHEMES = ['light', 'dark'] as const;
/** Those that are kept: small enough for a repository. */
const KEPT = [
  { name: 'for-you', width: 1200, height: 760, colorScheme: 'light' },
  { name: 'for-you', width: 390, height: 800, colorScheme: 'dark' },
  { name: 'why', width: 1200, height: 760, colorScheme: 'dark' },
  { name: 'live', width: 1200, height: 760, colorScheme: 'light' },
] as const;

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const { name, width, height, colorScheme } of KEPT) {
    const { page } = await openPage(browser, { viewport: { width, height }, colorScheme });
    await show(page, `/${name}`);
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    await page.context().close();
  }
  for (const width of WIDTHS) for (const colorScheme of SCHEMES) await look(width, colorScheme);
} finally {
  await browser.close();
}

/** Opens each view and says what is wrong with it, if anything is. */
async function look(width: number, colorScheme: (typeof SCHEMES)[number]): Promise<void> {
  const { page, complaints } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
  await show(page, '/');
  const paths = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
  for (const path of paths) {
    await show(page, path);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    console.log(`${path} ${width} ${colorScheme}: ${wide > width ? `${wide} pixels wide` : 'fits'}`);
  }
  for (const complaint of complaints) console.log(complaint);
  await page.context().close();
}

/** Until nothing is loading any more and every chart is drawn. */
async function show(page: Page, path: string): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.locator('main section').first().waitFor();
  await page.waitForLoadState('networkidle');
  while ((await page.locator('.state.loading').count()) > 0) await page.waitForTimeout(100);
  await page.waitForTimeout(500);
}
