import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { startTestServer, type TestServer } from '../support/running.ts';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser, openBrowser, openPage } from './support/browser.ts';

/** A training waits for a busy machine. */
const PATIENCE = { timeout: 120_000 };

async function train(page: Page): Promise<void> {
  await page.getByLabel('What to train').selectOption('MF');
  await page.getByRole('button', { name: 'Train now' }).click();
  await page.getByText(/% done: Factorization, step \d+ of \d+/).waitFor(PATIENCE);
  await page.getByRole('heading', { name: 'Losses while it trains' }).waitFor();
}

describeInBrowser('the model', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await startTestServer({ maxLag: '60000' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is trained, put back to an older version, and says why it stays as it is', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${server.url}/model`);
    await page.getByText('There is no version yet').waitFor();
    for (const version of [1, 2]) {
      await train(page);
      await page.getByText(`The training has ended: version ${version} serves now.`).waitFor(PATIENCE);
    }
    const card = (version: number) => page.getByRole('article', { name: `Version ${version}` });
    await card(2).getByText('serves now').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await card(1).getByRole('button', { name: 'Let version 1 serve' }).click();
    await card(1).getByText('serves now').waitFor();
    expect(server.service.modelStatus().version).toBe(1);

    await card(1).getByRole('button', { name: 'Draw its losses' }).click();
    await page.getByRole('heading', { name: 'How version 1 learned' }).waitFor();

    const folder = new SnapshotFolder(server.path);
    rmSync(folder.pathOf(folder.list().find(({ kind, version }) => kind === 'model' && version === 2)!.file));
    await card(2).getByRole('button', { name: 'Let version 2 serve' }).click();
    expect(await card(2).getByRole('alert').textContent()).toMatch(/^Version 2 can't be activated: .*\.$/);
    await card(1).getByText('serves now').waitFor();
    expect(complaints).toEqual([]);
  });
});
