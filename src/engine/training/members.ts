import type { LiveData } from '../data/liveData.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';
import { Random } from '../math/random.ts';
import type { FactorizationData, FactorizationFit, SweepListener } from '../models/factorization.ts';
import { factorizationData } from '../models/factorizationData.ts';
import type { ReadableAxes } from '../models/readableAxes.ts';
import type { RelevanceFit } from '../models/relevance.ts';
import { fitSampled, SAMPLED_DEFAULTS, type SampledOptions } from '../models/sampled.ts';
import { fitVariational, VARIATIONAL_DEFAULTS, type VariationalOptions } from '../models/variational.ts';
import { memberFromFit } from '../online/handOver.ts';
import type { LiveHybrid } from '../online/liveHybrid.ts';
import { LiveModel, MEMBER_RULES } from '../online/liveModel.ts';
import { LiveRelevance } from '../online/liveRelevance.ts';

/** Above this many ratings a fit makes do with less: the sampled member with fewer draws, attention with the newest messages. */
export const MANY_RATINGS = 1_000_000;
const SWEEPS_ON_MANY = 60;

/** Each member draws from a stream of its own. */
const RANDOM_STREAMS = Object.keys(MEMBER_RULES);

export interface MemberSettings {
  readonly variational?: Partial<VariationalOptions>;
  readonly sampled?: Partial<SampledOptions>;
}

export interface MemberFitOptions {
  readonly seed: number;
  /** Names of the members. */
  readonly members: readonly string[];
  /** Options of the members other than their defaults. */
  readonly settings?: MemberSettings;
  /** Draws of the sampled member; the usual number unless told otherwise. */
  readonly sampledSweeps?: number;
  /** Told of the members in their order, all sweeps of one before the first of the next. */
  readonly onSweep?: (sweep: MemberSweep) => void;
}

/** One sweep of one member; loss and RMSE in working points. */
export interface SweepProgress {
  readonly sweep: number;
  readonly sweeps: number;
  readonly loss: number;
  readonly rmse: number;
}

export interface MemberSweep extends SweepProgress {
  readonly member: string;
  /** Share of all members' sweeps, 0 to 1. */
  readonly done: number;
}

/** The members of a factorization as their inferences left them. */
export interface MemberFits {
  readonly table: RatingTable;
  readonly vocabulary: Vocabulary;
  readonly fits: ReadonlyMap<string, FactorizationFit>;
}

/** @throws Error when one diverges */
export function fitMembers(table: RatingTable, options: MemberFitOptions): MemberFits {
  const { data, vocabulary } = factorizationData(table);
  const fits = options.members.map((member, position) => {
    const onSweep = (progress: SweepProgress) => options.onSweep?.(sweepOf(options.members, position, progress));
    return [member, fitMember(member, data, options, onSweep)] as const;
  });
  return { table, vocabulary, fits: new Map(fits) };
}

/**
 * Fits one member, from random numbers of its own: it does not matter which others are fitted, or when.
 * @throws Error when it diverges
 */
export function fitMember(
  member: string,
  data: FactorizationData,
  { seed, settings, sampledSweeps }: Omit<MemberFitOptions, 'members' | 'onSweep'>,
  onSweep: (progress: SweepProgress) => void,
): FactorizationFit {
  const random = new Random(seed, RANDOM_STREAMS.indexOf(member));
  const listen: SweepListener = (sweep, sweeps, loss, rmse) => {
    if (!Number.isFinite(loss)) throw new Error(`The ${member} factorization diverged in sweep ${sweep}.`);
    onSweep({ sweep, sweeps, loss, rmse });
  };
  if (member === 'variational') return fitVariational(data, { ...VARIATIONAL_DEFAULTS, ...settings?.variational }, random, listen);
  const usual = data.r.length > MANY_RATINGS ? SWEEPS_ON_MANY : SAMPLED_DEFAULTS.sweeps;
  return fitSampled(data, { ...SAMPLED_DEFAULTS, ...settings?.sampled, sweeps: sampledSweeps ?? usual }, random, listen);
}

/** What a sweep of the member at `position` means to all of them. */
export function sweepOf(members: readonly string[], position: number, progress: SweepProgress): MemberSweep {
  return { member: members[position]!, ...progress, done: (position + progress.sweep / progress.sweeps) / members.length };
}

/** What serves beside the members. */
export interface ServedBeside {
  readonly hybrid?: LiveHybrid | null;
  readonly taste?: { readonly relevance: RelevanceFit; readonly axes: ReadableAxes } | null;
  /** Ratings by which a user's older ones weigh half for relevance; as served unless told otherwise. */
  readonly relevanceHalfLife?: number;
}

/** Hands fits over: the model that serves from `sequence` on. @param data what the fits' table was made from */
export function modelOfFits(
  { table, vocabulary, fits }: MemberFits,
  data: LiveData,
  at: { version: number; sequence: number },
  { hybrid = null, taste = null, relevanceHalfLife }: ServedBeside = {},
): LiveModel {
  const members = new Map(Array.from(fits, ([name, fit]) => [name, memberFromFit(fit, table, vocabulary, MEMBER_RULES[name]!)] as const));
  const relevance = taste === null ? null : new LiveRelevance(taste.relevance, vocabulary, data, relevanceHalfLife);
  const axes = taste?.axes ?? null;
  const model = new LiveModel({ data, vocabulary, members, hybrid, relevance, axes, ratingsAtFit: data.ratings.size, ...at });
  model.settle();
  return model;
}
