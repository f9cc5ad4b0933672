import type { LiveData } from '../data/liveData.ts';
import type { Device } from '../kernels/device.ts';
import { Random } from '../math/random.ts';
import { fitHybrid, type HybridListener } from '../models/hybrid.ts';
import { type LiveModel, SERVED_MEMBERS } from '../online/liveModel.ts';
import type { Lessons } from './lessons.ts';
import { fitMembers, type MemberFitOptions, type MemberFits, modelOfFits } from './members.ts';
import { publishHybrid } from './publishAttention.ts';

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
  return modelOfFits(fitMembers(data.table(), { ...options, members: options.members ?? SERVED_MEMBERS }), data, at);
}

/**
 * Fits attention and heads to lessons and puts them on members that were fitted to everything.
 * @param data what the members' table was made from
 */
export async function fitOnTop(
  { lessons, shape, bounds }: Lessons,
  fits: MemberFits,
  data: LiveData,
  at: { version: number; sequence: number },
  options: { readonly seed: number; readonly device: Device | null; readonly listen?: HybridListener },
): Promise<LiveModel> {
  const fit = await fitHybrid(lessons, shape, new Random(options.seed, HYBRID_STREAM), options.device, options.listen);
  return modelOfFits(fits, data, at, await publishHybrid(fit, bounds, fits, data, options.device));
}
