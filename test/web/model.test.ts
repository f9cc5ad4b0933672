import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { rateMany } from '../support/recommender.ts';
import { axeViolations } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { startDashboard } from './support/dashboard.ts';

/** A training waits for a busy machine. */
const PATIENCE = { timeout: 120_000 };

const card = (page: Page, version: number) => page.getByRole('article', { name: `Version ${version}` });

async function train(page: Page): Promise<void> {
  await page.getByLabel('What to train').selectOption('MF');
  await page.getByRole('button', { name: 'Train now' }).click();
  await page.getByText(/% done: Factorization, step \d+ of \d+/).waitFor(PATIENCE);
  await page.getByRole('heading', { name: 'Losses while it trains' }).waitFor();
}

describeInBrowser('the model', () => {
  // So many ratings that a person has time to watch a training.
  const on = startDashboard(({ service }) => rateMany(service, 200, 60));

  it('is trained and put back to an older version', async () => {
    const { page, complaints } = await on.open();
    await page.goto(`${on.server.url}/model`);
    await page.getByText('There is no version yet').waitFor();
    for (const version of [1, 2]) {
      await train(page);
      await page.getByText(`The training has ended: version ${version} serves now.`).waitFor(PATIENCE);
    }
    await card(page, 2).getByText('serves now').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await card(page, 1).getByRole('button', { name: 'Let version 1 serve' }).click();
    await card(page, 1).getByText('serves now').waitFor();
    expect(on.server.service.modelStatus().version).toBe(1);

    await card(page, 1).getByRole('button', { name: 'Draw its losses' }).click();
    await page.getByRole('heading', { name: 'How version 1 learned' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says why a version was refused, and that it can serve all the same', async () => {
    const db = new Database(on.server.path);
    db.prepare("UPDATE model_versions SET refused_because = 'its hold-out RMSE .95 is above .90' WHERE version = 2").run();
    db.close();
    const { page } = await on.open();
    await page.goto(`${on.server.url}/model`);
    await card(page, 2).getByText('✕ refused').waitFor();
    await card(page, 2)
      .getByText('It does not serve by itself: its hold-out RMSE .95 is above .90. It is kept and can serve all the same.')
      .waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('stays as it is, and says why, when the file of a version is gone', async () => {
    const { page, complaints } = await on.open();
    await page.goto(`${on.server.url}/model`);
    await card(page, 1).getByText('serves now').waitFor();
    const folder = new SnapshotFolder(on.server.path);
    rmSync(folder.pathOf(folder.list().find(({ kind, version }) => kind === 'model' && version === 2)!.file));
    await card(page, 2).getByRole('button', { name: 'Let version 2 serve' }).click();
    expect(await card(page, 2).getByRole('alert').textContent()).toMatch(/^Version 2 can't be activated: .*\.$/);
    await card(page, 1).getByText('serves now').waitFor();
    expect(complaints).toEqual([]);
  });
});
