import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startTestServer, type TestServer } from '../../support/running.ts';
import { openBrowser } from './browser.ts';

interface Dashboard {
  readonly server: TestServer;
  readonly browser: Browser;
}

/** A server and a browser for the tests of one `describe`. @param prepare runs before the first of them */
export function startDashboard(prepare: (server: TestServer) => Promise<unknown> = async () => {}): Dashboard {
  let server: TestServer | undefined;
  let browser: Browser | undefined;
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
  };
}
