import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const RATE = `mutation($userId: ID!, $movieId: ID!, $rating: Float!, $ratedAt: DateTime, $requestId: ID) {
  rateMovie(userId: $userId, movieId: $movieId, rating: $rating, ratedAt: $ratedAt, requestId: $requestId) {
    rating { userId rating ratedAt sequence movie { id title } } sequence duplicate modelVersion
    before { score epistemicVariance movie { id } } after { score epistemicVariance }
  }
}`;

async function dataOf(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer['data']> {
  const { data, errors } = await ask(server, query, variables);
  expect(errors).toEqual([]);
  return data;
}

describe('recommendations', () => {
  it('come best first, with interval, doubt and an explanation that adds up', async () => {
    const { recommendations } = await dataOf(`{ recommendations(userId: "1", n: 5) {
      rank rankingScore score variance epistemicVariance aleatoricVariance standardDeviation confidence
      interval(level: 0.8) { low high level } movie { id title year genres ratingCount }
      explanation { summary contributions { kind label value } } } }`);
    expect(recommendations.map((row: { rank: number }) => row.rank)).toEqual([1, 2, 3, 4, 5]);
    for (const row of recommendations) {
      expect(row.variance).toBeCloseTo(row.epistemicVariance + row.aleatoricVariance, 9);
      expect(row.standardDeviation).toBeCloseTo(Math.sqrt(row.variance), 9);
      expect(row.interval).toMatchObject({ level: 0.8 });
      expect(row.interval.low).toBeLessThan(row.score);
      expect(row.interval.high).toBeGreaterThan(row.score);
      const sum = row.explanation.contributions.reduce((total: number, { value }: { value: number }) => total + value, 0);
      expect(Math.abs(sum - row.score)).toBeLessThan(1e-6);
      expect(row.movie.title).toBe(`Film ${row.movie.id}`);
    }
    const order = recommendations.map((row: { score: number }) => row.score);
    expect(order).toEqual([...order].sort((a, b) => b - a));
  });

  it('answer a user never seen before, and leave no trace of the question', async () => {
    const { recommendations } = await dataOf('{ recommendations(userId: "stranger") { score } }');
    expect(recommendations).toHaveLength(10);
    expect(await dataOf('{ user(id: "stranger") { id } }')).toEqual({ user: null });
  });

  it('hold rated movies only when asked to', async () => {
    const ids = async (includeRated: boolean) => {
      const query = 'query($includeRated: Boolean) { recommendations(userId: "1", n: 1000, includeRated: $includeRated) { movie { id } } }';
      const { recommendations } = await dataOf(query, { includeRated });
      return recommendations.map((row: { movie: { id: string } }) => row.movie.id);
    };
    expect(await ids(false)).not.toContain('2');
    expect(await ids(true)).toContain('2');
  });

  it('take null for an argument as its default', async () => {
    const { recommendations } = await dataOf(
      'query($n: Int) { recommendations(userId: "1", n: $n, model: null, strategy: null, includeRated: null) { rank interval(level: null) { level } } }',
      { n: null },
    );
    expect(recommendations).toHaveLength(10);
    expect(recommendations[0].interval.level).toBe(0.9);
  });
});

describe('rateMovie', () => {
  it('answers with the stored rating and what the model expected before and after', async () => {
    const { rateMovie } = await dataOf(RATE, { userId: 'ann', movieId: '1', rating: 5, ratedAt: '2020-05-01T12:00:00+02:00' });
    expect(rateMovie.rating).toEqual({
      userId: 'ann',
      rating: 5,
      ratedAt: '2020-05-01T10:00:00.000Z',
      sequence: rateMovie.sequence,
      movie: { id: '1', title: 'Film 1' },
    });
    expect(rateMovie.duplicate).toBe(false);
    expect(rateMovie.after.score).toBeGreaterThan(rateMovie.before.score);
    expect(rateMovie.after.epistemicVariance).toBeLessThan(rateMovie.before.epistemicVariance);
  });

  it('gives the first answer again for the same requestId', async () => {
    const once = await dataOf(RATE, { userId: 'bob', movieId: '1', rating: 4, requestId: 'r-1' });
    const again = await dataOf(RATE, { userId: 'bob', movieId: '1', rating: 4, requestId: 'r-1' });
    expect(again.rateMovie).toEqual({ ...once.rateMovie, duplicate: true });
  });

  it('is read at once by the next query', async () => {
    await dataOf(RATE, { userId: 'cleo', movieId: '3', rating: 2 });
    const { user } = await dataOf('{ user(id: "cleo") { ratingCount meanRating ratings { totalCount nodes { rating movie { id } } } } }');
    expect(user).toEqual({ ratingCount: 1, meanRating: 2, ratings: { totalCount: 1, nodes: [{ rating: 2, movie: { id: '3' } }] } });
  });

  it('takes a list, and rejects what is wrong in it one by one', async () => {
    const ratings = [
      { userId: 'dan', movieId: '1', rating: 4 },
      { userId: 'dan', movieId: '2', rating: 9 },
      { userId: '', movieId: '2', rating: 3 },
    ];
    const { rateMovies } = await dataOf(
      'mutation($ratings: [RatingInput!]!) { rateMovies(ratings: $ratings) { accepted duplicates rejected { index code message } lastSequence } }',
      { ratings },
    );
    expect(rateMovies.accepted).toBe(1);
    expect(rateMovies.rejected.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
      [1, 'BAD_USER_INPUT'],
      [2, 'BAD_USER_INPUT'],
    ]);
  });
});

describe('putMovie and putUser', () => {
  it('leave an absent field as it is and remove what is null', async () => {
    const put = 'mutation($input: MovieInput!) { putMovie(input: $input) { id title year genres } }';
    await dataOf(put, { input: { id: 'new', title: 'New', year: 1999, genres: ['Comedy'] } });
    const kept = await dataOf(put, { input: { id: 'new', title: 'Newer' } });
    expect(kept.putMovie).toEqual({ id: 'new', title: 'Newer', year: 1999, genres: ['Comedy'] });
    const removed = await dataOf(put, { input: { id: 'new', title: 'Newer', year: null, genres: null } });
    expect(removed.putMovie).toEqual({ id: 'new', title: 'Newer', year: null, genres: [] });
  });

  it('do the same when the values stand in the query itself', async () => {
    await dataOf('mutation { putUser(input: { id: "eve", age: 30, gender: "F", occupation: "artist" }) { id } }');
    const { putUser } = await dataOf('mutation { putUser(input: { id: "eve", gender: null }) { id age gender occupation } }');
    expect(putUser).toEqual({ id: 'eve', age: 30, gender: null, occupation: 'artist' });
  });
});

describe('listings', () => {
  it('page through every movie once', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { movies }: GraphQLAnswer['data'] = await dataOf(
        'query($after: String) { movies(first: 25, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }',
        { after },
      );
      seen.push(...movies.nodes.map(({ id }: { id: string }) => id));
      after = movies.pageInfo.endCursor;
      more = movies.pageInfo.hasNextPage;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(60);
  });

  it('find users by the beginning of their id', async () => {
    const { users } = await dataOf('{ users(prefix: "1") { nodes { id populationMean } } }');
    expect(users.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(['1', '10', '11', '12']);
  });

  it('show the dataset at a glance', async () => {
    const { dataset } = await dataOf(`{ dataset { ratingCount userCount movieCount mean variance sparsity scale { min max step }
      histogram { value count } mostRated(n: 3) { id ratingCount } mostActive(n: 3) { id ratingCount }
      heatmap(users: 2, movies: 4) { users movies { id } ratings } } }`);
    expect(dataset.scale).toEqual({ min: 1, max: 5, step: 0.5 });
    expect(dataset.histogram.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(dataset.ratingCount);
    expect(dataset.mostRated).toHaveLength(3);
    expect(dataset.heatmap.ratings).toHaveLength(2);
    expect(dataset.heatmap.ratings[0]).toHaveLength(4);
  });

  it('tell what the model is', async () => {
    const { model, liveCurve, modelVersions } = await dataOf(`{ model { version sequence trainedAt serving stale training compute
      metrics { model live { ratings rmse } holdout { rmse } } runningRmse runningNll runningCoverage90 }
      liveCurve { sequence rmse nll coverage90 } modelVersions { version active models losses { epoch loss } } }`);
    expect(model).toMatchObject({
      version: 0,
      trainedAt: null,
      serving: 'MF',
      training: false,
      sequence: server.service.modelStatus().sequence,
    });
    expect(model.runningRmse).toBeGreaterThan(0);
    expect(liveCurve.length).toBeGreaterThan(0);
    expect(modelVersions).toEqual([]);
  });

  it('tell what a lost subscription has missed', async () => {
    const { sequence } = server.service.modelStatus();
    for (const movieId of ['5', '6', '7']) await dataOf(RATE, { userId: 'fay', movieId, rating: 3 });
    const { updates } = await dataOf(
      'query($after: Int!) { updates(after: $after, first: 2) { kind sequence userId movieId before after at } }',
      {
        after: sequence,
      },
    );
    expect(updates).toMatchObject([
      { kind: 'RATING', sequence: sequence + 1, userId: 'fay', movieId: '5' },
      { kind: 'RATING', sequence: sequence + 2, userId: 'fay', movieId: '6' },
    ]);
  });
});
