import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Range, SPACES } from '../engine/evaluation/searchSpace.ts';
import { CommandError } from '../errors.ts';

/** An option within its range. */
function numberIn({ low, high, whole }: Range) {
  return (whole ? z.int() : z.number()).min(low).max(high).exactOptional();
}

const { sgd, variational, sampled } = SPACES;

/** Options by model, each within the range that is searched; what is absent stays as it is by default. */
const MODELS = z.strictObject({
  sgd: z
    .strictObject({
      factors: numberIn(sgd.factors),
      step: numberIn(sgd.step),
      stepDecay: numberIn(sgd.stepDecay),
      penalty: numberIn(sgd.penalty),
      epochs: numberIn(sgd.epochs),
    })
    .exactOptional(),
  variational: z
    .strictObject({
      factors: numberIn(variational.factors),
      sweeps: numberIn(variational.sweeps),
      initialSpread: numberIn(variational.initialSpread),
      initialPrecision: numberIn(variational.initialPrecision),
    })
    .exactOptional(),
  sampled: z
    .strictObject({
      factors: numberIn(sampled.factors),
      initialSpread: numberIn(sampled.initialSpread),
      initialPrecision: numberIn(sampled.initialPrecision),
      noisePriorWeight: numberIn(sampled.noisePriorWeight),
    })
    .exactOptional(),
});

/** A settings file: what a search has found, and on what. */
const FILE = z.strictObject({
  format: z.literal(1),
  seed: z.int(),
  /** What the search looked at; it never saw a test. */
  searched: z.strictObject({ source: z.string(), ratings: z.int(), innerFolds: z.int(), trials: z.int() }),
  /** Mean RMSE over the inner folds; that of what was found is a little flattered, being the best of several. */
  rmse: z.record(z.string(), z.strictObject({ default: z.number(), found: z.number() })),
  models: MODELS,
});

export type ModelSettings = z.infer<typeof MODELS>;
export type SettingsFile = z.infer<typeof FILE>;

/** @throws CommandError when there is no such file, or it is not what `--search` writes */
export function readSettings(path: string): ModelSettings {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError(`${path} is not JSON: write it with evaluate --search --out.`);
    throw new CommandError(`Can't read ${path}: write it with evaluate --search --out.`);
  }
  const parsed = FILE.safeParse(content);
  if (parsed.success) return parsed.data.models;
  const [issue] = parsed.error.issues;
  throw new CommandError(
    `${path} is no settings file: ${issue!.path.join('.') || 'it'}: ${issue!.message}. Write it with evaluate --search --out.`,
  );
}

/** Options that a search has found, as settings. @throws Error when one is out of its range, which no search gives */
export function settingsOf(points: Readonly<Record<string, Readonly<Record<string, number>>>>): ModelSettings {
  return MODELS.parse(points);
}
