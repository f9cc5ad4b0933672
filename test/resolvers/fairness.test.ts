import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (let user = 1; user <= 12; user += 1)
    await server.service.putUser({ id: String(user), gender: user % 2 ? 'F' : 'M', age: 20 + user });
});
afterAll(() => server.close());

const QUERY = `{ fairness { computedAt sequence popularityOfRecommended popularityOfRated gini longTailShare summary
  groups { attribute group users ratings rmse rmseLow rmseHigh ndcgAt10 }
  exposure { attribute group movies shareOfRated shareOfRecommended } } model { sequence } }`;

describe('fairness', () => {
  it('tells what is shown, how each group is predicted, and what that means', async () => {
    const { data, errors } = await ask(server, QUERY);
    expect(errors).toEqual([]);
    const { fairness, model } = data;
    expect(fairness.sequence).toBe(model.sequence);
    expect(Date.parse(fairness.computedAt)).toBeGreaterThan(Date.UTC(2020, 0));
    const genders = fairness.groups.filter(({ attribute }: { attribute: string }) => attribute === 'gender');
    expect(genders.map(({ group }: { group: string }) => group).sort()).toEqual(['F', 'M']);
    for (const { users, rmse, rmseLow, rmseHigh, ndcgAt10 } of genders) {
      expect(users).toBe(6);
      expect(rmseLow).toBeLessThanOrEqual(rmse);
      expect(rmseHigh).toBeGreaterThanOrEqual(rmse);
      expect(ndcgAt10).toBeNull();
    }
    for (const share of [fairness.gini, fairness.longTailShare]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(fairness.summary.length).toBeGreaterThan(4);
  });

  it('is kept for a hundred events, says which it knows, and forgets whom the server forgets', async () => {
    const sequence = async () => (await ask(server, '{ fairness { sequence } }')).data.fairness.sequence;
    const before = await sequence();
    await server.service.rate({ userId: 'new', movieId: '1', rating: 3, ratedAt: null, requestId: null });
    expect(await sequence()).toBe(before);
    await server.service.forget('new');
    expect(await sequence()).toBeGreaterThan(before);
    const after = await sequence();
    for (let movie = 1; movie <= 50; movie += 1) {
      for (const user of ['x', 'y'])
        await server.service.rate({ userId: user, movieId: String(movie), rating: 2, ratedAt: null, requestId: null });
    }
    expect(await sequence()).toBeGreaterThanOrEqual(after + 100);
  });
});

describe('the dataset', () => {
  it('tells how ratings are spread', async () => {
    const { data, errors } = await ask(
      server,
      `{ dataset { ratingCount ratingsPerUser { rated least median mean most gini head tenths bins { from to count } }
        ratingsPerMovie { rated } userMeans { value count } movieMeans { value count } months { month count mean } undatedCount
        genres { genre movies ratings mean } leastActive(n: 2) { id ratingCount } leastRated(n: 2) { id ratingCount } } }`,
    );
    expect(errors).toEqual([]);
    const { dataset } = data;
    const held = dataset.months.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(held + dataset.undatedCount).toBe(dataset.ratingCount);
    const users = dataset.ratingsPerUser.bins.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(users).toBe(dataset.ratingsPerUser.rated);
    expect(dataset.leastActive).toHaveLength(2);
    expect(dataset.leastRated[0].ratingCount).toBeGreaterThan(0);
  });
});
