import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoSource } from '../../src/importers/demo.ts';
import { rowsOf } from '../importers/reading.ts';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { trained } from '../support/recommender.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

/** Part of the demo: enough to learn tastes from in seconds. */
const USERS = 80;
const EVERY = 4;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ compute: 'webasm' });
  const { movies, ratings } = demoSource(0);
  const films = movies.filter((_, i) => i % EVERY === EVERY - 1);
  const known = new Set(films.map(({ id }) => id));
  await Promise.all(films.map((movie) => server.service.putMovie(movie)));
  const rows = rowsOf(ratings).filter(({ userId, movieId }) => Number(userId) <= USERS && known.has(movieId));
  await Promise.all(rows.map((row) => server.service.rate({ ...row, userId: `d${row.userId}`, requestId: null })));
  server.service.train(['MF']);
  expect(await trained(server.service)).toBeNull();
}, 120_000);
afterAll(() => server.close());

async function dataOf(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer['data']> {
  const { data, errors } = await ask(server, query, variables);
  expect(errors).toEqual([]);
  return data;
}

async function errorOf(query: string, variables: Record<string, unknown> = {}) {
  const { errors } = await ask(server, query, variables);
  return { ...errors[0]!.extensions, message: errors[0]!.message };
}

const LIST = `query ($userId: ID!, $n: Int, $strategy: Strategy, $filter: MovieFilter, $diversity: Float, $popularity: Float) {
  recommendations(userId: $userId, n: $n, strategy: $strategy, filter: $filter, diversity: $diversity, popularity: $popularity) {
    relevance rankingScore score movie { id title year genres ratingCount } } }`;

interface Row {
  readonly relevance: number;
  readonly rankingScore: number;
  readonly score: number;
  readonly movie: {
    readonly id: string;
    readonly title: string;
    readonly year: number;
    readonly genres: string[];
    readonly ratingCount: number;
  };
}

async function listFor(variables: Record<string, unknown>): Promise<Row[]> {
  return (await dataOf(LIST, { userId: 'd1', n: 10, ...variables })).recommendations;
}

const idsIn = (rows: readonly Row[]) => rows.map(({ movie }) => movie.id);

describe('recommendations', () => {
  it('come by relevance unless asked otherwise', async () => {
    const rows = await listFor({ popularity: 0 });
    expect(rows.map(({ relevance }) => relevance)).toEqual(rows.map(({ relevance }) => relevance).sort((a, b) => b - a));
    expect(rows.map(({ rankingScore }) => rankingScore)).toEqual(rows.map(({ relevance }) => relevance));
    expect(idsIn(await listFor({ popularity: 0, strategy: 'RELEVANCE' }))).toEqual(idsIn(rows));
    const byRating = await listFor({ strategy: 'EXPECTED' });
    expect(idsIn(byRating)).not.toEqual(idsIn(rows));
    expect(byRating.map(({ score }) => score)).toEqual(byRating.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('hold what the filter lets through, and no rated film', async () => {
    const filter = { genresAny: ['drama', 'COMEDY'], genresNone: ['War'], yearFrom: 1970, yearTo: 2005, minRatings: 5 };
    const rows = await listFor({ n: 50, filter });
    expect(rows.length).toBeGreaterThan(5);
    const rated = new Set(server.service.ratingsOf('d1', { first: 1_000, after: null }).nodes.map(({ movieId }) => movieId));
    for (const { movie } of rows) {
      expect(movie.genres.includes('Drama') || movie.genres.includes('Comedy')).toBe(true);
      expect(movie.genres).not.toContain('War');
      expect(movie.year).toBeGreaterThanOrEqual(1970);
      expect(movie.year).toBeLessThanOrEqual(2005);
      expect(movie.ratingCount).toBeGreaterThanOrEqual(5);
      expect(rated.has(movie.id)).toBe(false);
    }
    const without = idsIn(await listFor({ n: 50, filter: { ...filter, excludeIds: [rows[0]!.movie.id] } }));
    expect(without).toEqual(idsIn(rows).slice(1));
  });

  it('are the same with an empty filter as with none, and none when a filter leaves nothing', async () => {
    const all = await listFor({});
    const empty = { title: '', genresAny: [], genresAll: null, excludeIds: [] };
    expect(await listFor({ filter: {} })).toEqual(all);
    expect(await listFor({ filter: empty })).toEqual(all);
    expect(await listFor({ filter: { yearFrom: 1850, yearTo: 1851 } })).toEqual([]);
    expect(await listFor({ filter: { title: 'no such film at all' } })).toEqual([]);
  });

  it.each([
    [{ filter: { genresAny: ['Drama', 'Sci Fi Opera'] } }, 'filter.genresAny', /Sci Fi Opera.*Action.*Drama/],
    [{ filter: { yearFrom: 1990, yearTo: 1980 } }, 'filter.yearFrom', /1990.*1980/],
    [{ filter: { yearTo: 99999 } }, 'filter.yearTo', /99999/],
    [{ filter: { minRatings: -1 } }, 'filter.minRatings', /-1/],
    [{ diversity: 1.01 }, 'diversity', /between 0 and 1/],
    [{ diversity: -0.1 }, 'diversity', /between 0 and 1/],
    [{ popularity: -1 }, 'popularity', /at least 0/],
    [{ filter: { excludeIds: Array.from({ length: 100_000 }, (_, id) => String(id)) } }, 'filter.excludeIds', /100000 ids; at most 10000/],
  ])('refuse %o', async (variables, argument, message) => {
    const error = await errorOf(LIST, { userId: 'd1', ...variables });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(error.message).toMatch(message);
  });

  it('answer a user never seen, and somebody of whom more is known otherwise', async () => {
    const stranger = await listFor({ userId: 'nobody' });
    expect(stranger).toHaveLength(10);
    expect(server.service.user('nobody')).toBeNull();
  });

  it('follow a rating at once', async () => {
    const before = await listFor({ userId: 'mover', popularity: 0 });
    await dataOf('mutation { rateMovie(userId: "mover", movieId: "psycho-1960", rating: 5) { sequence } }');
    const after = await listFor({ userId: 'mover', popularity: 0 });
    expect(idsIn(after)).not.toEqual(idsIn(before));
    expect(idsIn(after)).not.toContain('psycho-1960');
  });
});

describe('a list of movies', () => {
  const MOVIES = `query ($first: Int, $after: String, $filter: MovieFilter) {
    movies(first: $first, after: $after, filter: $filter) { nodes { id title } pageInfo { hasNextPage endCursor } totalCount } }`;

  it('is searched by title, whatever case and accents: first those that begin with it', async () => {
    await server.service.putMovie({ id: 'in it', title: 'The Unzorbled' });
    await server.service.putMovie({ id: 'a word', title: 'Le Destin de Zorblé' });
    await server.service.putMovie({ id: 'first', title: 'Zorble' });
    const { movies } = await dataOf(MOVIES, { filter: { title: 'ZÓRBLE' } });
    expect(movies.nodes.map(({ id }: { id: string }) => id)).toEqual(['first', 'a word', 'in it']);
    expect(movies).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
  });

  it('is handed out page by page, each film once', async () => {
    const filter = { genresAny: ['Drama'] };
    const all = (await dataOf(MOVIES, { first: 1_000, filter })).movies;
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const { movies } = await dataOf(MOVIES, { first: 7, after, filter });
      paged.push(...movies.nodes.map(({ id }: { id: string }) => id));
      expect(movies.totalCount).toBe(all.totalCount);
      if (!movies.pageInfo.hasNextPage) break;
      after = movies.pageInfo.endCursor;
    }
    expect(paged).toEqual(all.nodes.map(({ id }: { id: string }) => id));
    expect(paged).toHaveLength(all.totalCount);
    const error = await errorOf(MOVIES, { filter, after: 'nonsense' });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  });
});

describe('onboarding', () => {
  const ASK = 'query ($userId: ID!, $n: Int) { onboarding(userId: $userId, n: $n) { id } }';
  const asked = async (userId: string, n = 5): Promise<string[]> =>
    (await dataOf(ASK, { userId, n })).onboarding.map(({ id }: { id: string }) => id);

  it('asks everybody the same, goes on where an answer was given, and creates nobody', async () => {
    const questions = await asked('quiet');
    expect(await asked('silent')).toEqual(questions);
    expect(server.service.user('quiet')).toBeNull();
    const [first, second, third] = questions;
    expect((await dataOf('mutation ($m: ID!) { notSeen(userId: "quiet", movieId: $m) }', { m: first })).notSeen).toBe(true);
    expect(await asked('quiet', 4)).toEqual(questions.slice(1));
    await dataOf('mutation ($m: ID!) { rateMovie(userId: "quiet", movieId: $m, rating: 4.5, onboarding: true) { sequence } }', {
      m: second,
    });
    expect((await asked('quiet', 3))[0]).toBe(third);
  });

  it('moves the list with every answer, and narrows the doubt with every rating', async () => {
    const doubt = async () => (await dataOf('{ user(id: "guest") { standardDeviation } }')).user.standardDeviation;
    await dataOf('mutation { putUser(input: { id: "guest", age: 30 }) { id } }');
    let before = await listFor({ userId: 'guest', popularity: 0, n: 20 });
    let unsure = await doubt();
    for (const [turn, movieId] of (await asked('guest', 4)).entries()) {
      if (turn === 1) await dataOf('mutation ($m: ID!) { notSeen(userId: "guest", movieId: $m) }', { m: movieId });
      else
        await dataOf('mutation ($m: ID!) { rateMovie(userId: "guest", movieId: $m, rating: 5, onboarding: true) { sequence } }', {
          m: movieId,
        });
      const after = await listFor({ userId: 'guest', popularity: 0, n: 20 });
      expect(after.map(({ relevance }) => relevance)).not.toEqual(before.map(({ relevance }) => relevance));
      const now = await doubt();
      if (turn === 1) expect(now).toBe(unsure);
      else expect(now).toBeLessThan(unsure);
      [before, unsure] = [after, now];
    }
  });

  it('takes "not seen" once, of films that there are and that are not rated', async () => {
    const say = 'mutation ($u: ID!, $m: ID!) { notSeen(userId: $u, movieId: $m) }';
    await dataOf(say, { u: 'repeater', m: 'psycho-1960' });
    const { sequence } = server.service.modelStatus();
    await dataOf(say, { u: 'repeater', m: 'psycho-1960' });
    expect(server.service.modelStatus().sequence).toBe(sequence);
    expect(await errorOf(say, { u: 'repeater', m: 'no film' })).toMatchObject({ code: 'NOT_FOUND', argument: 'movieId' });
    await dataOf('mutation { rateMovie(userId: "repeater", movieId: "the-birds-1963", rating: 4) { sequence } }');
    expect(await errorOf(say, { u: 'repeater', m: 'the-birds-1963' })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'movieId' });
    expect(await errorOf(say, { u: '', m: 'the-birds-1963' })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'userId' });
  });
});

describe('similar movies', () => {
  const SIMILAR = `query ($id: ID!, $n: Int) { similarMovies(movieId: $id, n: $n) {
    movie { id } similarity likedTogether reason sharedFactor { index label } } }`;

  it('come with their reason, most similar first, without the movie itself', async () => {
    const { similarMovies } = await dataOf(SIMILAR, { id: 'psycho-1960', n: 20 });
    expect(similarMovies).toHaveLength(20);
    const values = similarMovies.map(({ similarity }: { similarity: number }) => similarity);
    expect(values).toEqual([...values].sort((a: number, b: number) => b - a));
    for (const row of similarMovies) {
      expect(row.movie.id).not.toBe('psycho-1960');
      expect(row.likedTogether).toBeGreaterThanOrEqual(0);
      expect(row.likedTogether).toBeLessThanOrEqual(1);
      expect(row.reason).toMatch(/^[A-Z].*\.$/);
      expect(/both on the side of/i.test(row.reason)).toBe(row.sharedFactor !== null);
    }
  });

  it('are found for a movie that nobody has rated, and refused for one that there is not', async () => {
    await server.service.putMovie({ id: 'fresh', title: 'Fresh', year: 1999, genres: ['Horror'] });
    expect((await dataOf(SIMILAR, { id: 'fresh', n: 3 })).similarMovies).toHaveLength(3);
    expect(await errorOf(SIMILAR, { id: 'nothing' })).toMatchObject({ code: 'NOT_FOUND', argument: 'movieId' });
    expect(await errorOf(SIMILAR, { id: '' })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'movieId' });
  });
});

describe('latent factors', () => {
  it('have labels, shares and films at both ends', async () => {
    const { latentFactors } = await dataOf(`{ latentFactors { index label genres share strength
      highest(n: 2) { id } lowest(n: 2) { id } } }`);
    expect(latentFactors.length).toBeGreaterThan(2);
    const shares = latentFactors.map(({ share }: { share: number }) => share);
    expect(shares).toEqual([...shares].sort((a: number, b: number) => b - a));
    expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    for (const [index, factor] of latentFactors.entries()) {
      expect(factor).toMatchObject({ index, highest: { length: 2 }, lowest: { length: 2 } });
      expect(factor.label === 'unnamed').toBe(factor.strength === 0);
    }
  });

  it('are what contributions and the places of a user speak of', async () => {
    const { prediction, movie, user } = await dataOf(`{ prediction(userId: "d3", movieId: "psycho-1960") { score
        explanation { summary contributions { kind label value factor { index label } } } }
      movie(id: "psycho-1960") { loadings }
      user(id: "d3") { factors { factor { index } position } standardDeviation favouriteGenres(n: 3) { genre ratingCount meanRating lift } } }`);
    const { contributions } = prediction.explanation;
    expect(contributions.reduce((sum: number, { value }: { value: number }) => sum + value, 0)).toBeCloseTo(prediction.score, 6);
    const named = contributions.filter(({ factor }: { factor: unknown }) => factor !== null);
    expect(named).toHaveLength(user.factors.length);
    for (const { label, factor, value } of named) {
      expect(factor.label).toBe(label);
      expect(user.factors[factor.index].position * movie.loadings[factor.index]).toBeCloseTo(value, 6);
    }
    expect(movie.loadings).toHaveLength(user.factors.length);
    expect(user.standardDeviation).toBeGreaterThan(0);
    const lifts = user.favouriteGenres.map(({ lift }: { lift: number }) => lift);
    expect(lifts).toHaveLength(3);
    expect(lifts).toEqual([...lifts].sort((a: number, b: number) => b - a));
  });
});
