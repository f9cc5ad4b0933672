import type { LiveData } from '../data/liveData.ts';
import type { Device } from '../kernels/device.ts';
import { Random } from '../math/random.ts';
import { fitHybrid, type HybridLesson, type HybridListener } from '../models/hybrid.ts';
import { type LiveModel, SERVED_MEMBERS } from '../online/liveModel.ts';
import type { Lessons } from './lessons.ts';
import { fitMembers, type MemberFitOptions, type MemberFits, modelOfFits, type ServedBeside } from './members.ts';
import { publishHybrid } from './publishAttention.ts';
import { fitTaste } from './taste.ts';

/** Attention and heads draw from a stream of their own. */
const HYBRID_STREAM = 8;

/** Below this many ratings the factorization serves alone: there are too few predictions to correct. */
export const SMALLEST_FOR_HYBRID = 200;

export interface FitOptions extends Omit<MemberFitOptions, 'members'> {
  /** Members to fit; those that make `mf` unless told otherwise. */
  readonly members?: readonly string[];
}

/** Fits every member to what `data` holds and hands over: the factorization that serves from `sequence` on. */
export function fitLiveModel(data: LiveData, at: { version: number; sequence: number }, options: FitOptions): LiveModel {
  const fits = fitMembers(data.table(), { ...options, members: options.members ?? SERVED_MEMBERS });
  return modelOfFits(fits, data, at, { taste: fitTaste(fits, options.seed) });
}

/**
 * Fits attention and heads to lessons and puts them on members that were fitted to everything.
 * @param data what the members' table was made from
 */
export async function fitOnTop(
  { lessons, shape, bounds, kind }: Lessons,
  fits: MemberFits,
  data: LiveData,
  at: { version: number; sequence: number },
  options: { readonly seed: number; readonly device: Device | null; readonly listen?: HybridListener } & Omit<ServedBeside, 'hybrid'>,
): Promise<LiveModel> {
  const fit = await fitHybrid(lessons, shape, kind === 'stream', new Random(options.seed, HYBRID_STREAM), options.device, options.listen);
  const logVarianceShift = kind === 'folds' ? varianceShift(modelOfFits(fits, data, at), lessons) : 0;
  const hybrid = await publishHybrid({ ...fit, logVarianceShift }, bounds, fits, data, options.device);
  return modelOfFits(fits, data, at, { ...options, hybrid });
}

/** Mean of ln V as the final fit has it, minus that of the lessons, over their targets. */
function varianceShift(model: LiveModel, lessons: readonly HybridLesson[]): number {
  let sum = 0;
  let n = 0;
  for (const { targets, variance } of lessons) {
    for (let t = 0; t < variance.length; t += 1) {
      const { epistemic, aleatoric } = model.predict(targets.u[t]!, targets.i[t]!, 'MF');
      sum += Math.log((epistemic + aleatoric) / variance[t]!);
    }
    n += variance.length;
  }
  return n === 0 ? 0 : sum / n;
}
