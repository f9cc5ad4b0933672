import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The default column of the settings table, by variable. */
const defaults = new Map([...README.matchAll(/^\| `([A-Z_]+)`\s*\| `?([^`|]*)`?\s*\|/gm)].map((match) => [match[1]!, match[2]!.trim()]));

describe('the README', () => {
  it.each(Object.values(SETTINGS))('lists the setting $variable with its default', ({ variable, schema }) => {
    const value = schema.parse(undefined);
    expect(defaults.get(variable)).toBe(Array.isArray(value) && value.length === 0 ? 'none' : String(value));
  });

  it('lists no setting that is gone', () => {
    const known: readonly string[] = Object.values(SETTINGS).map((setting) => setting.variable);
    expect([...defaults.keys()].filter((variable) => !known.includes(variable))).toEqual([]);
  });
});
