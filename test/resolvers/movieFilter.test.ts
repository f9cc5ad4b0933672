import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

const MOVIES = `query ($first: Int, $after: String, $filter: MovieFilter) {
  movies(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }`;

interface Listing {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const askFor = (variables: Record<string, unknown>): Promise<GraphQLAnswer> => ask(server, MOVIES, variables);

async function listed(variables: Record<string, unknown>): Promise<Listing> {
  const { data, errors } = await askFor(variables);
  expect(errors).toEqual([]);
  return data.movies;
}

async function refusal(filter: Record<string, unknown>, after: string | null = null) {
  const { data, errors } = await askFor({ filter, after });
  expect(data).toBeNull();
  return { ...errors[0]!.extensions, message: errors[0]!.message };
}

const idsOf = ({ nodes }: Listing): string[] => nodes.map(({ id }) => id);
const put = (id: string, title: string, genres: readonly string[] = ['Drama']) => server.service.putMovie({ id, title, genres });

/** Every page of a listing. @param between what happens before each next page is asked for */
async function paged(filter: Record<string, unknown>, first: number, between: () => Promise<unknown> = async () => null) {
  const ids: string[] = [];
  for (let after: string | null = null; ; await between()) {
    const page: Listing = await listed({ filter, first, after });
    ids.push(...idsOf(page));
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
}

describe('a search for titles', () => {
  const filter = { title: 'quark' };
  const found = ['begins 1', 'begins 2', 'word 1', 'word 2', 'word 3', 'inside 1', 'inside 2'];
  beforeAll(async () => {
    await put('inside 1', 'Antiquarks');
    await put('word 1', 'The Quark');
    await put('begins 1', 'Quark');
    await put('word 2', 'Hyper-Quarks');
    await put('inside 2', 'Squark');
    await put('begins 2', 'Quarks: a Comedy');
    await put('word 3', "L'Ami d'Amélie (Quark)");
    await put('hyphen inside', 'Superzig-zag');
    await put('hyphen word', 'Le Grand Zig-Zag');
  });

  it('puts titles that begin with it first, then those with a word that does, then the others; the earlier film first', async () => {
    expect(idsOf(await listed({ filter }))).toEqual(found);
    expect(idsOf(await listed({ filter: { title: 'zig-zag' } }))).toEqual(['hyphen word', 'hyphen inside']);
  });

  it.each([1, 2, 3, 7])('hands out pages of %i with each film once, while other films are rated', async (first) => {
    let turn = 0;
    const rateAnother = () => {
      turn += 1;
      const movieId = found[turn % found.length]!;
      return server.service.rate({ userId: `pages of ${first}`, movieId, rating: 5, ratedAt: null, requestId: null });
    };
    expect(await paged(filter, first, rateAnother)).toEqual(found);
    expect(turn).toBe(Math.ceil(found.length / first) - 1);
  });

  it('counts what passes, not what the page holds', async () => {
    expect((await listed({ filter, first: 2 })).totalCount).toBe(found.length);
    const last = await listed({ filter: { ...filter, excludeIds: found.slice(1) }, first: 1 });
    expect(last).toMatchObject({ totalCount: 1, pageInfo: { hasNextPage: false } });
    const none = await listed({ filter: { title: 'not one of them' } });
    expect(none).toEqual({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 });
  });

  it('refuses a cursor of another listing', async () => {
    const { endCursor } = (await listed({ first: 1 })).pageInfo;
    expect(await refusal(filter, endCursor)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    const own = (await listed({ filter, first: 1 })).pageInfo.endCursor;
    const { errors } = await askFor({ after: own });
    expect(errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  });
});

describe('a filter of the list of movies', () => {
  it('that restricts nothing is none: the same pages with the same cursors', async () => {
    const all = await listed({ first: 5 });
    const nothing = { title: '', genresAny: [], genresAll: null, genresNone: [], minRatings: 0, excludeIds: [] };
    for (const filter of [null, {}, nothing]) expect(await listed({ first: 5, filter })).toEqual(all);
  });

  it('keeps the order in which films arrived, whatever was rated since', async () => {
    const inOrder = ['1', '2', '3', '4'];
    await server.service.rate({ userId: 'order', movieId: '3', rating: 5, ratedAt: null, requestId: null });
    expect(idsOf(await listed({ filter: { yearFrom: 1951, yearTo: 1954 } }))).toEqual(inOrder);
  });

  it('by ratings takes a film in with the rating that it lacked', async () => {
    const filter = { title: 'Film 60', minRatings: 1 };
    expect(idsOf(await listed({ filter }))).toEqual([]);
    await server.service.rate({ userId: 'first of all', movieId: '60', rating: 4, ratedAt: null, requestId: null });
    expect(idsOf(await listed({ filter }))).toEqual(['60']);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['genresAny', { genresAny: ['drama', 'Opera'] }, /"Opera".*known are .*Drama/],
    ['genresAll', { genresAll: ['Opera'] }, /known are .*Drama/],
    ['genresNone', { genresNone: ['Opera'] }, /known are .*Drama/],
    ['genresAny', { genresAny: Array.from({ length: 51 }, () => 'Drama') }, /51 genres; at most 50/],
    ['yearFrom', { yearFrom: 1990, yearTo: 1989 }, /1990.*1989/],
    ['yearFrom', { yearFrom: 1799 }, /1800 to 2200, not 1799/],
    ['yearTo', { yearTo: 2201 }, /1800 to 2200, not 2201/],
    ['minRatings', { minRatings: -1 }, /at least 0, not -1/],
    ['title', { title: 'x'.repeat(501) }, /501 characters; at most 500/],
    ['excludeIds', { excludeIds: Array.from({ length: 10_001 }, (_, id) => String(id)) }, /10001 ids; at most 10000/],
  ])('is refused by the name of what is wrong: %s', async (field, filter, message) => {
    const error = await refusal(filter);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: `filter.${field}` });
    expect(error.message).toMatch(message);
  });

  it('may say as much as is allowed', async () => {
    const excludeIds = Array.from({ length: 10_000 }, (_, id) => `none ${id}`);
    const genresAny = Array.from({ length: 50 }, () => 'dRAMA');
    const widest = { excludeIds, genresAny, yearFrom: 1800, yearTo: 2200, minRatings: 0 };
    expect((await listed({ filter: { ...widest, excludeIds: [...excludeIds.slice(1), '1'] } })).totalCount).toBe(59);
    expect(await listed({ filter: { title: 'x'.repeat(500) } })).toMatchObject({ totalCount: 0 });
  });

  it('names forty of many genres, in their order', async () => {
    const genres = Array.from({ length: 50 }, (_, at) => `A${10 + at}`);
    await put('of many', 'Of Many Genres', genres);
    const { message } = await refusal({ genresAny: ['Opera'] });
    expect(message).toContain(`known are ${genres.slice(0, 40).join(', ')}, ….`);
    expect(message).not.toContain('A50');
  });

  it('says so where no film has a genre', async () => {
    const bare = await startTestServer();
    const { nodes } = bare.service.movies({ first: 1_000, after: null }, {});
    await Promise.all(nodes.map(({ id, title }) => bare.service.putMovie({ id, title, genres: null })));
    const { errors } = await ask(bare, MOVIES, { filter: { genresAny: ['Drama'] } });
    expect(errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.genresAny' });
    expect(errors[0]!.message).toContain('no movie has a genre yet');
    await bare.close();
  });
});
