import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, connect } from '../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-learns-'));
let server: ServerProcess;

beforeAll(async () => {
  server = await serveProcess(['--db', join(folder, 'taste.db')]);
});

afterAll(async () => {
  await server.stop('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** Waits for the first fit: what is compared here, before ratings and after, must be of one model. */
async function fitted(): Promise<void> {
  for (;;) {
    const { data } = await ask(server, '{ model { version } }');
    if (data.model.version > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function recommended(n: number): Promise<string[]> {
  const { data } = await ask(server, `{ recommendations(userId: "newcomer", n: ${n}, model: MF) { movie { id } } }`);
  return data.recommendations.map(({ movie }: { movie: { id: string } }) => movie.id);
}

async function predictions(films: readonly string[]): Promise<{ score: number; doubt: number }> {
  const fields = films.map(
    (film, at) => `f${at}: prediction(userId: "newcomer", movieId: "${film}", model: MF) { score epistemicVariance }`,
  );
  const answers: { score: number; epistemicVariance: number }[] = [];
  for (let start = 0; start < fields.length; start += 10) {
    const { data } = await ask(server, `{ ${fields.slice(start, start + 10).join(' ')} }`);
    answers.push(...(Object.values(data) as typeof answers));
  }
  const mean = (value: (answer: (typeof answers)[number]) => number) =>
    answers.reduce((sum, answer) => sum + value(answer), 0) / answers.length;
  return { score: mean(({ score }) => score), doubt: mean(({ epistemicVariance }) => epistemicVariance) };
}

describe('a new user who dislikes what is recommended', () => {
  it('sees other films, lower scores and less doubt after five ratings, and hears of each of them', async () => {
    await fitted();
    const films = (await recommended(60)).slice(5, 55);
    const first = await recommended(10);
    const before = await predictions(films);

    const client = connect(server);
    const heard: { userId: string; rating: number }[] = [];
    const subscription = client.iterate({ query: 'subscription { modelUpdated(userId: "newcomer") { kind userId rating sequence } }' });
    const listening = (async () => {
      for await (const { data } of subscription) {
        heard.push((data as { modelUpdated: (typeof heard)[number] }).modelUpdated);
        if (heard.length === 5) return;
      }
    })();
    await new Promise((resolve) => client.on('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const film of first.slice(0, 5)) {
      const { errors } = await ask(server, `mutation { rateMovie(userId: "newcomer", movieId: "${film}", rating: 1) { sequence } }`);
      expect(errors).toEqual([]);
    }
    await listening;
    await client.dispose();

    expect(heard.map(({ rating }) => rating)).toEqual([1, 1, 1, 1, 1]);
    const second = await recommended(10);
    expect(second.filter((film) => first.slice(0, 5).includes(film))).toEqual([]);
    const after = await predictions(films);
    expect(after.score).toBeLessThan(before.score);
    expect(after.doubt).toBeLessThan(before.doubt);
  });
});
