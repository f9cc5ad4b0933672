import type { FairnessFigures } from '../domain.ts';
import type { Split } from '../engine/data/splits.ts';
import { fairnessOf } from '../engine/evaluation/fairness.ts';
import { ServedModels } from '../engine/evaluation/servedModels.ts';
import { evaluateSplit, type SplitResult } from '../engine/evaluation/split.ts';
import { type Knobs, knobFigures, type ListFigures, strategyFigures } from '../engine/evaluation/strategies.ts';
import { type ComputeSetting, openDevice } from '../engine/kernels/device.ts';
import { SERVED_HALF_LIFE } from '../engine/online/liveRelevance.ts';
import { type FamilyOptions, familiesOf, type ModelChoice, needsKernels, ranksLists } from './evaluatedModels.ts';

/** One split to evaluate; plain data, which another thread can be told. */
export interface SplitJob extends ModelChoice, Split {
  readonly order: FamilyOptions['order'];
  readonly compute: ComputeSetting;
  /** Whether to judge the lists of each strategy and the fairness of each model, and to turn the knobs of lists, too. */
  readonly strategies: boolean;
  readonly knobs: boolean;
}

/** A point of a training curve. */
export interface LossPoint {
  readonly part: string;
  readonly epoch: number;
  readonly loss: number;
  /** Working points. */
  readonly rmse: number | null;
}

export interface SplitOutcome {
  /** By model. */
  readonly results: ReadonlyMap<string, SplitResult>;
  readonly losses: readonly LossPoint[];
  readonly strategies: Readonly<Record<string, ListFigures>> | null;
  readonly knobs: Knobs | null;
  /** By model. */
  readonly fairness: ReadonlyMap<string, FairnessFigures> | null;
}

/** @param onProgress hears the share that is done, 0 to 1 @param say hears what a person should know */
export async function runSplitJob(job: SplitJob, onProgress: (done: number) => void, say: (line: string) => void): Promise<SplitOutcome> {
  const device = needsKernels(job.models) ? await openDevice(job.compute, say) : null;
  try {
    const results = new Map<string, SplitResult>();
    const fairness = new Map<string, FairnessFigures>();
    const losses: LossPoint[] = [];
    let lists: Pick<SplitOutcome, 'strategies' | 'knobs'> = { strategies: null, knobs: null };
    let finished = 0;
    const { train, test, models, seed, standardize, settings, order } = job;
    const families = familiesOf({
      ...{ models, seed, standardize, settings, order, device, halfLife: SERVED_HALF_LIFE },
      onProgress: (done) => onProgress((finished + done) / families.length),
      onLoss: (part, epoch, loss, rmse) => losses.push({ part, epoch, loss, rmse }),
    });
    for (const { create } of families) {
      const family = create();
      for (const [name, result] of await evaluateSplit(family, train, test)) results.set(name, result);
      if (job.strategies && family instanceof ServedModels && ranksLists(models)) {
        lists = {
          strategies: strategyFigures(family.model, train, test),
          knobs: job.knobs ? knobFigures(family.model, train, test) : null,
        };
      }
      if (job.strategies) for (const [name, model] of family.models) fairness.set(name, fairnessOf(model, train, test, seed));
      finished += 1;
      onProgress(finished / families.length);
    }
    return { results, losses, ...lists, fairness: job.strategies ? fairness : null };
  } finally {
    await device?.close();
  }
}
