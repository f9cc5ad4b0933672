import type { LogEvent, Metrics, Model, RatingScale } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { Device, KernelCount } from '../kernels/device.ts';
import type { HybridListener } from '../models/hybrid.ts';
import { type LiveModel, SERVED_MEMBERS } from '../online/liveModel.ts';
import { type Carried, carryInto } from './carried.ts';
import { compareToActive, compareToFactorization } from './comparison.ts';
import { fitOnTop, SMALLEST_FOR_HYBRID } from './fit.ts';
import { fittedLog } from './fittedLog.ts';
import { firstRatings, streamLessons } from './lessons.ts';
import { type MemberFitOptions, type MemberFits, modelOfFits } from './members.ts';
import { axesOf, fitRelevanceTo } from './taste.ts';

/** Shares of a whole training: members on everything, then members on the first part, attention, each head. */
const SHARES = { members: 0.3, lessons: 0.3, gnn: 0.3, hybrid: 0.05, bnn: 0.05 } as const;

/** One sweep, step or epoch. Loss as of its model, RMSE in working points, of training ratings. */
export interface FitProgress {
  readonly model: Model;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly rmse: number | null;
  /** Share of the whole training done, 0 to 1. */
  readonly done: number;
}

export interface TrainingInput {
  /** The log up to `baseSequence`, in order. */
  readonly events: Iterable<LogEvent>;
  /** s0: the last event of the new version. */
  readonly baseSequence: number;
  /** Number of the first version that is published. */
  readonly version: number;
  /** Scale before the log says one. */
  readonly scale: RatingScale;
  /** What the serving model hands on at s0. */
  readonly carried: Carried;
  readonly options: {
    readonly seed: number;
    /** Whether attention and heads are trained, too. */
    readonly hybrid: boolean;
    /** Whether the factorization is published by itself, before the rest is trained. */
    readonly factorizationFirst: boolean;
    /** How members are fitted. On other threads it goes on while this one does the rest; in this one it starts only when the rest waits. */
    readonly fitMembers: (table: RatingTable, options: MemberFitOptions) => Promise<MemberFits>;
    /** Where the kernels run; opened only when they are needed. Null: plain loops. */
    readonly openDevice: () => Promise<Device | null>;
    readonly onProgress?: (progress: FitProgress) => void;
  };
}

export interface TrainingOutcome {
  /** The state at s0. */
  readonly model: LiveModel;
  /** Accuracy on the newest ratings, each predicted before it was learned; empty when there were too few. */
  readonly holdout: readonly { readonly model: Model; readonly metrics: Metrics }[];
  /** Why this version should not serve; null when it should. */
  readonly refusedBecause: string | null;
  /** Where kernels ran, and what they did; the factorization has none. */
  readonly compute: string;
  readonly kernels: readonly KernelCount[];
}

/**
 * Makes new versions from the log up to s0: the factorization, and what stands on it. The fits see the events up to s_h; those
 * after it are folded one by one, each predicted before it is learned, and are a version's hold-out figures. Then the serving
 * model's mood, times, noise and running figures take the place of the trainer's own.
 * @param publish called once or twice; the last version is the better one
 */
export async function train(input: TrainingInput, publish: (outcome: TrainingOutcome) => void): Promise<void> {
  const { options, baseSequence } = input;
  const { data, sequence, holdout } = fittedLog(input.events, baseSequence, input.scale);
  const table = data.table();
  const withHybrid = options.hybrid && table.r.length >= SMALLEST_FOR_HYBRID;
  const alone = !withHybrid || options.factorizationFirst;
  const shares = withHybrid ? SHARES : { ...SHARES, members: 1 };

  const [fits, relevance] = await Promise.all([
    options.fitMembers(table, memberOptions(options, 0, shares.members)),
    Promise.resolve().then(() => fitRelevanceTo(table, options.seed)),
  ]);
  const taste = { relevance, axes: axesOf(fits) };
  const firstFits = withHybrid ? options.fitMembers(firstRatings(table), memberOptions(options, shares.members, shares.lessons)) : null;
  const at = { version: input.version, sequence };
  // A model goes on with its data.
  if (alone) publish(finish(modelOfFits(fits, withHybrid ? data.copy() : data, at, { taste }), input, holdout, null));
  if (firstFits === null) return;
  const lessons = streamLessons(table, await firstFits);
  const device = await options.openDevice();
  try {
    const version = input.version + (alone ? 1 : 0);
    const topOptions = { seed: options.seed, device, taste, listen: hybridListener(options.onProgress) };
    const model = await fitOnTop(lessons, fits, data, { ...at, version }, topOptions);
    publish(finish(model, input, holdout, device));
  } finally {
    await device?.close();
  }
}

/** Folds the hold-out and takes over what the serving model carries. */
function finish(
  model: LiveModel,
  { baseSequence, carried }: TrainingInput,
  holdoutEvents: readonly LogEvent[],
  device: Device | null,
): TrainingOutcome {
  for (const event of holdoutEvents) model.apply(event.sequence, event.body);
  model.sequence = baseSequence;
  model.ratingsAtFit = model.data.ratings.size;
  const holdout = model.figures().flatMap(({ model: name, metrics }) => (metrics === null ? [] : [{ model: name, metrics }]));
  const refusedBecause = compareToActive(model, carried) ?? compareToFactorization(model);
  carryInto(model, carried);
  model.settle();
  return { model, holdout, refusedBecause, compute: device?.backend ?? 'cpu', kernels: device?.counts() ?? [] };
}

/** Members as the server fits them; their sweeps fill `share` of the bar from `from` on. */
function memberOptions({ seed, onProgress }: TrainingInput['options'], from: number, share: number): MemberFitOptions {
  return {
    seed,
    members: SERVED_MEMBERS,
    onSweep: ({ sweep, sweeps, loss, rmse, done }) =>
      onProgress?.({ model: 'MF', epoch: sweep, epochs: sweeps, loss, rmse, done: from + share * done }),
  };
}

function hybridListener(onProgress: TrainingInput['options']['onProgress']): HybridListener {
  const models = { gnn: 'GNN', hybrid: 'HYBRID', bnn: 'BNN' } as const;
  const start = { gnn: SHARES.members + SHARES.lessons, hybrid: 0.9, bnn: 0.95 };
  return (part, epoch, epochs, loss, rmse) =>
    onProgress?.({ model: models[part], epoch, epochs, loss, rmse, done: start[part] + (SHARES[part] * epoch) / epochs });
}
