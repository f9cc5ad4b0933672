import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { servedSchema } from '../../src/resolvers/schema.ts';
import { costOf } from '../../src/server/cost.ts';

const schema = servedSchema();
const cost = (query: string, variables: Record<string, unknown> = {}, operationName?: string) =>
  costOf(schema, { document: parse(query), variables, operationName });

describe('what an operation costs', () => {
  it('grows with the rows that are asked for, in the text and in variables', () => {
    const list = 'query ($n: Int) { recommendations(userId: "1", n: $n) { score movie { title } } }';
    expect(cost(list, { n: 100 })).toBe(cost('{ recommendations(userId: "1", n: 100) { score movie { title } } }'));
    expect(cost(list, { n: 100 })).toBeGreaterThan(5 * cost(list, { n: 10 }));
    expect(cost(list, { n: 1e9 })).toBe(cost(list, { n: 1_000 }));
  });

  it('multiplies lists in lists', () => {
    const nested = cost('{ users(first: 100) { nodes { ratings(first: 100) { nodes { movie { title } } } } } }');
    expect(nested).toBeGreaterThan(10_000);
  });

  it('counts a field as often as it is asked for under other names', () => {
    expect(cost('{ a: model { version } b: model { version } c: model { version } }')).toBe(3 * cost('{ model { version } }'));
  });

  it('is that of the operation that is run', () => {
    const two = 'query A { __typename } mutation B { trainModel { id } }';
    expect(cost(two, {}, 'A')).toBeLessThan(10);
    expect(cost(two, {}, 'B')).toBeGreaterThan(1_000);
  });

  it('is that of every rating of a list', () => {
    const many = 'mutation ($ratings: [RatingInput!]!) { rateMovies(ratings: $ratings) { accepted } }';
    const ratings = Array.from({ length: 500 }, () => ({ userId: '1', movieId: '2', rating: 3 }));
    expect(cost(many, { ratings })).toBeGreaterThanOrEqual(5_000);
  });

  it('is the least where the operation will be refused anyway', () => {
    expect(cost('query ($n: Int!) { recommendations(userId: "1", n: $n) { score } }', { n: 'many' })).toBeGreaterThanOrEqual(1);
    expect(cost('query A { __typename } query B { __typename }')).toBeGreaterThanOrEqual(1);
  });
});
