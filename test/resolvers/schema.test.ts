import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schemaText } from '../../src/resolvers/schema.ts';

it('prints the schema that is committed; after a change: npm run schema', () => {
  expect(schemaText()).toBe(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
});
