/**
 * Prints how long each view takes until it can be read, from the start of the navigation, in a browser that has just been started: the
 * median of five, and all of them.
 *
 * npm run first-load -- [URL]    http://127.0.0.1:4000 unless told otherwise
 */
import { median } from '../bench/measure.ts';
import { openBrowser, openPage } from '../test/web/support/browser.ts';

const [url = 'http://127.0.0.1:4000'] = process.argv.slice(2);
const ROUNDS = 5;
const PATIENCE_MS = 20_000;
/** What a view is opened for; where there is nothing of it yet, it says so. */
const VIEWS = [
  { path: '/', wanted: '.row' },
  { path: '/why', wanted: '.waterfall li' },
  { path: '/live', wanted: 'main svg' },
  { path: '/model', wanted: 'main dl' },
  { path: '/data', wanted: 'main dl' },
  { path: '/map', wanted: 'main svg circle' },
];

for (const { path, wanted } of VIEWS) {
  const times: number[] = [];
  while (times.length < ROUNDS) times.push(await timeUntil(path, wanted));
  console.log(`${path.padEnd(7)} ${median(times).toFixed(0).padStart(5)} ms   ${times.map((time) => time.toFixed(0)).join(', ')}`);
}

/** Milliseconds from the start of the navigation until something is drawn, by the page's own clock. */
async function timeUntil(path: string, wanted: string): Promise<number> {
  const selector = `${wanted}, main .empty`;
  const browser = await openBrowser();
  try {
    const { page } = await openPage(browser);
    await page.addInitScript(`{
      const look = () => {
        if (document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect().height > 0) globalThis.drawnAt = performance.now();
        else requestAnimationFrame(look);
      };
      look();
    }`);
    await page.goto(url + path);
    await page.locator(selector).first().waitFor({ timeout: PATIENCE_MS });
    await page.waitForTimeout(100);
    return await page.evaluate<number>('globalThis.drawnAt');
  } finally {
    await browser.close();
  }
}
