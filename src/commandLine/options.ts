import { InvalidArgumentError } from 'commander';
import { SETTINGS } from '../config.ts';

/** The option that names a database. */
export const DB = ['--db <file>', `database file (default: ${SETTINGS.db.schema.parse(undefined)})`, setting('db')] as const;

/** Checks a setting's flag by the setting's own rule; loadConfig converts it. */
export function setting(name: keyof typeof SETTINGS): (text: string) => string {
  const { schema, meaning } = SETTINGS[name];
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError(`It is empty. It means: ${meaning}.`);
    const parsed = schema.safeParse(text);
    if (parsed.success) return text;
    throw new InvalidArgumentError(`${parsed.error.issues.map((issue) => issue.message).join('; ')}. It means: ${meaning}.`);
  };
}

/** A number above 0 and below 1. */
export function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a number above 0 and below 1.');
  return value;
}

/** A whole number within limits. */
export function wholeFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

export function listOf<Name extends string>(allowed: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))];
    const wrong = names.filter((name) => !allowed.includes(name as Name));
    if (wrong.length > 0)
      throw new InvalidArgumentError(`There is no ${wrong.map((name) => `"${name}"`).join(', ')}; allowed: ${allowed.join(', ')}.`);
    return names as Name[];
  };
}
