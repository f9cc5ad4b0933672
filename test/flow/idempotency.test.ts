import { afterEach, describe, expect, it } from 'vitest';
import type { RateResult } from '../../src/domain.ts';
import { openTestRecommender, rateMany, rating, type TestRecommender } from '../support/recommender.ts';

let open: TestRecommender[] = [];
afterEach(async () => {
  for (const running of open.reverse()) await running.remove();
  open = [];
});

async function started(): Promise<TestRecommender> {
  const running = openTestRecommender();
  open.push(running);
  await rateMany(running.recommender, 10, 10);
  return running;
}

/** What a caller gets to see of an answer. */
function seen({ rating: stored, sequence, before, after, modelVersion }: RateResult): unknown {
  return { stored, sequence, before: [before.score, before.variance], after: [after.score, after.variance], modelVersion };
}

describe('a request with an id', () => {
  it('sent twice in one batch counts once, and both get the first answer', async () => {
    const { recommender, store } = await started();
    const count = store.counts().ratings;
    const last = store.lastSequence();
    const twice = [0, 1].map(() => recommender.rate(rating('u1', 'new', 4, 'the same')));
    const [first, second] = await Promise.all(twice);
    expect([first!.duplicate, second!.duplicate]).toEqual([false, true]);
    expect(seen(second!)).toEqual(seen(first!));
    expect(store.counts().ratings).toBe(count + 1);
    expect(store.lastSequence()).toBe(last + 1);
  });

  it('is answered as the first time after a clean restart and after a crash, whatever came in between', async () => {
    const running = await started();
    const first = await running.recommender.rate(rating('u1', 'new', 4, 'the same'));
    await running.recommender.rate(rating('u1', 'new', 1, 'another'));
    const reopened = await running.reopen();
    open = [reopened];
    const again = await reopened.recommender.rate(rating('u1', 'new', 4, 'the same'));
    expect(again.duplicate).toBe(true);
    expect(seen(again)).toEqual(seen(first));
    const late = await reopened.recommender.rate(rating('u2', 'new', 3, 'late'));
    const crashed = reopened.crash();
    open.push(crashed);
    const repeated = await crashed.recommender.rate(rating('u2', 'new', 3, 'late'));
    expect(repeated.duplicate).toBe(true);
    expect(seen(repeated)).toEqual(seen(late));
    expect(crashed.store.rating('u1', 'new')?.rating).toBe(1);
  });
});
