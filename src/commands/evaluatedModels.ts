import { ServedModels } from '../engine/evaluation/servedModels.ts';
import type { Device } from '../engine/kernels/device.ts';
import { familyOfOne, type LossListener, type ModelFamily } from '../engine/models/model.ts';
import { Popularity } from '../engine/models/popularity.ts';
import { SgdFactorization } from '../engine/models/sgd.ts';
import type { ModelSettings } from './modelSettings.ts';

export type EvaluatedName = 'popularity' | 'sgd' | ServedName;
type ServedName = 'variational' | 'sampled' | 'mf' | 'gnn' | 'bnn' | 'hybrid';

/** Those that have a file of their own; the others serve, and are parts of one another. */
const ALONE = ['popularity', 'sgd'] as const;
/** Those that need kernels. */
const ON_TOP: readonly EvaluatedName[] = ['gnn', 'bnn', 'hybrid'];
/** A random split has no order of time: all ratings of a user count alike for relevance. */
const UNDECAYED = Number.POSITIVE_INFINITY;

/** Which models, and how they are made. */
export interface ModelChoice {
  readonly models: readonly EvaluatedName[];
  readonly seed: number;
  /** Whether `sgd` trains on (r − mean)/σ. */
  readonly standardize: boolean;
  /** Options other than the defaults, of a settings file. */
  readonly settings: ModelSettings;
}

export interface FamilyOptions extends ModelChoice {
  /** Whether tests lie later than what is learned, or anywhere among it. */
  readonly order: 'later' | 'among';
  readonly device: Device | null;
  /** Ratings by which a user's older ones weigh half for relevance where tests lie later; null: lists are not asked for. */
  readonly halfLife: number | null;
  readonly onProgress?: (done: number) => void;
  readonly onLoss?: LossListener;
}

export function needsKernels(models: readonly EvaluatedName[]): boolean {
  return models.some((name) => ON_TOP.includes(name));
}

/** Whether what serves lists is among the models. */
export function ranksLists(models: readonly EvaluatedName[]): boolean {
  return models.includes('mf') || models.includes('hybrid');
}

/** Makes the families of what is asked for; models that share their fit are one family. */
export function familiesOf({ models, seed, standardize, settings, order, device, halfLife, onProgress, onLoss }: FamilyOptions): {
  readonly name: string;
  readonly create: () => ModelFamily;
}[] {
  const clock = () => performance.now();
  const alone = ALONE.filter((name) => models.includes(name)).map((name) => ({
    name,
    create: () =>
      familyOfOne(name, name === 'sgd' ? new SgdFactorization({ ...settings.sgd, seed, standardize }, onLoss) : new Popularity(), clock),
  }));
  const names = models.filter((name) => !(ALONE as readonly string[]).includes(name));
  if (names.length === 0) return alone;
  const served = {
    ...{ seed, names, device, clock, settings },
    lessons: order === 'later' ? ('stream' as const) : ('folds' as const),
    relevanceHalfLife: !ranksLists(names) ? null : order === 'later' ? halfLife : UNDECAYED,
    ...(onProgress && { onProgress }),
    ...(onLoss && { onLoss }),
  };
  return [...alone, { name: names.join(', '), create: () => new ServedModels(served) }];
}

/** In the order in which the models were asked for. */
export function inOrder<T>(names: readonly string[], of: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, of.get(name)!]));
}
