import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startTestServer, type TestServer } from '../../support/running.ts';
import { openBrowser, openContext, openPageIn, type WatchedPage } from './browser.ts';

interface Dashboard {
  readonly server: TestServer;
  readonly browser: Browser;
  /**
   * A page for the rest of a test. Those of the same options share what is compiled and cached; the dashboard stores nothing, as the
   * test of tokens holds against it.
   */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** A server and a browser for the tests of one `describe`. @param prepare runs before the first of them */
export function startDashboard(prepare: (server: TestServer) => Promise<unknown> = async () => {}): Dashboard {
  let server: TestServer | undefined;
  let browser: Browser | undefined;
  const contexts = new Map<string, Promise<BrowserContext>>();
  beforeAll(async () => {
    server = await startTestServer();
    await prepare(server);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    get server() {
      return server!;
    },
    get browser() {
      return browser!;
    },
    async open(options = {}) {
      const key = JSON.stringify(options);
      const context = contexts.get(key) ?? openContext(browser!, options);
      contexts.set(key, context);
      const watched = await openPageIn(await context);
      onTestFinished(() => watched.page.close());
      return watched;
    },
  };
}
