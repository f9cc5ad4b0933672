import type { LogEvent, Metrics, RatingScale } from '../../domain.ts';
import { LiveData } from '../data/liveData.ts';
import { Random } from '../math/random.ts';
import type { FactorizationData, FactorizationFit, SweepListener } from '../models/factorization.ts';
import { factorizationData } from '../models/factorizationData.ts';
import { fitSampled, SAMPLED_DEFAULTS } from '../models/sampled.ts';
import { fitVariational, VARIATIONAL_DEFAULTS } from '../models/variational.ts';
import { memberFromFit } from '../online/handOver.ts';
import { LiveModel, MEMBER_RULES, SERVED_MEMBERS } from '../online/liveModel.ts';
import type { Member } from '../online/member.ts';
import { type Carried, carryInto } from './carried.ts';
import { compareToActive } from './comparison.ts';

/** Below this many ratings nothing is held out. */
const SMALLEST_WITH_HOLDOUT = 500;
const HOLDOUT_SHARE = 0.02;
const LARGEST_HOLDOUT = 2000;

/** Each member draws from a stream of its own, whichever others are fitted. */
const RANDOM_STREAMS = Object.keys(MEMBER_RULES);

/** How each member is fitted. */
const FITS: Readonly<Record<string, (data: FactorizationData, random: Random, onSweep: SweepListener) => FactorizationFit>> = {
  variational: (data, random, onSweep) => fitVariational(data, VARIATIONAL_DEFAULTS, random, onSweep),
  sampled: (data, random, onSweep) => fitSampled(data, SAMPLED_DEFAULTS, random, onSweep),
};

/** One sweep of one member. Loss and RMSE in working points, of the training ratings. */
export interface FitProgress {
  readonly member: string;
  readonly sweep: number;
  readonly sweeps: number;
  readonly loss: number;
  readonly rmse: number;
  /** Share of the whole fit done, 0 to 1. */
  readonly done: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Members to fit; those that make `mf` unless told otherwise. */
  readonly members?: readonly string[];
  readonly onProgress?: (progress: FitProgress) => void;
}

/** Fits every member to what `data` holds and hands over: the model that serves from `sequence` on. */
export function fitLiveModel(data: LiveData, at: { version: number; sequence: number }, options: FitOptions): LiveModel {
  const table = data.table();
  const { data: input, vocabulary } = factorizationData(table);
  const names = options.members ?? SERVED_MEMBERS;
  const members = new Map<string, Member>();
  for (const [position, name] of names.entries()) {
    const fit = FITS[name]!(input, new Random(options.seed, RANDOM_STREAMS.indexOf(name)), (sweep, sweeps, loss, rmse) => {
      if (!Number.isFinite(loss)) throw new Error(`The ${name} factorization diverged in sweep ${sweep}.`);
      options.onProgress?.({ member: name, sweep, sweeps, loss, rmse, done: (position + sweep / sweeps) / names.length });
    });
    members.set(name, memberFromFit(fit, table, vocabulary, MEMBER_RULES[name]!));
  }
  const model = new LiveModel({ data, vocabulary, members, ratingsAtFit: data.ratings.size, ...at });
  model.settle();
  return model;
}

export interface TrainingInput {
  /** Events with a sequence above `after` and at most `upTo`, in order; may be called more than once. */
  readonly read: (after: number, upTo: number) => Iterable<LogEvent>;
  /** s0: the last event of the new version. */
  readonly baseSequence: number;
  readonly version: number;
  /** Scale before the log says one. */
  readonly scale: RatingScale;
  /** What the serving model hands on at s0. */
  readonly carried: Carried;
  readonly options: FitOptions;
}

export interface TrainingOutcome {
  /** The state at s0. */
  readonly model: LiveModel;
  /** Accuracy on the newest ratings, each predicted before it was learned; null when there were too few. */
  readonly holdout: Metrics | null;
  /** Why this version should not serve; null when it should. */
  readonly refusedBecause: string | null;
}

/**
 * Makes a new version from the log up to s0. The fit sees the events up to s_h; those after it are folded one by one,
 * each predicted before it is learned, and are the version's hold-out figures. Then the serving model's mood, times,
 * noise and running figures take the place of the trainer's own.
 */
export function train(input: TrainingInput): TrainingOutcome {
  const { read, baseSequence, version, carried, options } = input;
  const holdoutStart = holdoutSequence(read(0, baseSequence));
  const data = new LiveData(input.scale);
  for (const event of read(0, holdoutStart ?? baseSequence)) foldData(data, event);
  const model = fitLiveModel(data, { version, sequence: holdoutStart ?? baseSequence }, options);
  if (holdoutStart !== null) for (const event of read(holdoutStart, baseSequence)) model.apply(event.sequence, event.body);
  model.sequence = baseSequence;
  model.ratingsAtFit = data.ratings.size;

  const holdout = model.metrics.metrics(model.scale.pointsPerUnit);
  const refusedBecause = compareToActive(model, carried);
  carryInto(model, carried);
  model.settle();
  return { model, holdout, refusedBecause };
}

/** The last sequence that the fit sees: all but the newest min(2 %, 2,000) ratings; null when nothing is held out. */
function holdoutSequence(events: Iterable<LogEvent>): number | null {
  const rated: number[] = [];
  for (const event of events) if (event.body.kind === 'rated') rated.push(event.sequence);
  if (rated.length < SMALLEST_WITH_HOLDOUT) return null;
  const held = Math.min(Math.floor(rated.length * HOLDOUT_SHARE), LARGEST_HOLDOUT);
  return rated[rated.length - held]! - 1;
}

/** The part of `LiveModel.apply` that concerns data alone. */
export function foldData(data: LiveData, { sequence, body }: LogEvent): void {
  switch (body.kind) {
    case 'scale':
      data.scale = body.scale;
      return;
    case 'moviePut':
      data.movieRecords[data.addMovie(body.movie.id)] = body.movie;
      return;
    case 'userPut':
      data.userRecords[data.addUser(body.user.id)] = body.user;
      return;
    case 'activated':
      return;
    case 'withdrawn':
      data.withdraw(body.userId, body.movieId);
      return;
    case 'rated':
      data.rate(body.userId, body.movieId, body.rating, body.ratedAt === null ? Number.NaN : body.ratedAt / 1000, sequence);
  }
}
