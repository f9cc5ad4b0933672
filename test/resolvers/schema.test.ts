import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../../src/resolvers/accessRules.ts';
import { accessText, rowsOf } from '../../src/resolvers/accessTable.ts';
import { schemaText, servedSchema } from '../../src/resolvers/schema.ts';

const committed = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

it('prints the schema that is committed; after a change: npm run schema', () => {
  expect(schemaText()).toBe(committed('schema.graphql'));
});

it('prints who may read what as it is committed; after a change: npm run schema', () => {
  expect(accessText(servedSchema())).toBe(committed('docs/access.md'));
});

it('has a rule for every field, and no rule for a field that is gone', () => {
  const fields = rowsOf(servedSchema()).map(({ type, field }) => `${type.name}.${field.name}`);
  const ruled = Object.entries(RULES).flatMap(([type, rules]) => Object.keys(rules).map((field) => `${type}.${field}`));
  expect([...new Set(fields)].sort()).toEqual(ruled.sort());
});
