import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../src/resolvers/access.ts';

describe('a field without a rule', () => {
  it.each([
    ['of a root', 'type Query { secrets: Int }'],
    ['of an object', 'type Query { movie: Movie } type Movie { id: ID! watchedBy: [ID!] }'],
  ])('keeps the schema from being made: %s', (_where, text) => {
    expect(() => authorize(buildSchema(text))).toThrow(/(Query\.secrets|Movie\.watchedBy): without a rule/);
  });
});
