import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateOperations } from '../../scripts/generateOperations.ts';

it('finds the types of the dashboard as the schema and the .graphql files make them', async () => {
  const files = await generateOperations();
  expect(files.length).toBeGreaterThan(0);
  for (const { path, text } of files) expect(readFileSync(path, 'utf8'), `${path} is stale: npm run operations`).toBe(text);
});
