import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Tests that need a browser. Without one they are skipped in so many words; where everything must be tested they fail instead. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM !== undefined || process.env.CI === 'true') describe(name, tests);
  else describe.skip(`${name} (skipped: there is no /usr/bin/chromium; apt-get install chromium)`, tests);
}

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no /usr/bin/chromium: apt-get install chromium.');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export interface WatchedPage {
  readonly page: Page;
  /** What its console called an error, what was thrown in it, and what it could not load. */
  readonly complaints: readonly string[];
}

/** A page of its own, without the others' storage, that remembers what went wrong in it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  return openPageIn(await openContext(browser, options));
}

export function openContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
}

export async function openPageIn(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left asks no further.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()} ${reason}`);
  });
  return { page, complaints };
}
