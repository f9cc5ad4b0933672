import type { UpdateFragment } from '../../graphql/updates.operations.ts';
import type { LiveHistoryQuery } from './live.operations.ts';

type Update = UpdateFragment;

/** A figure as it was after an event of the log. */
export interface Point {
  readonly sequence: number;
  readonly value: number;
}

/** A rating, and what the model made of it. */
export interface Rated {
  readonly sequence: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
  /** Null for who may not know whose rating it is, and of what. */
  readonly userId: string | null;
  readonly movieId: string | null;
  readonly rating: number;
  /** Predicted before it was learned; null where the server was started since. */
  readonly before: number | null;
  readonly after: number | null;
}

/** How well the model predicts as ratings arrive, oldest first. */
export interface History {
  readonly errors: readonly Point[];
  readonly coverages: readonly Point[];
  readonly rated: readonly Rated[];
  /** Where another version began to serve; the value is its number. */
  readonly activations: readonly Point[];
}

/** Updates that are remembered. */
const KEPT = 2_000;

/**
 * Two tellings of the same updates as one, in the order of the log and each once. A server that was started since no longer knows what
 * it predicted: the telling that does is kept.
 */
export function joined(one: readonly Update[], other: readonly Update[]): readonly Update[] {
  const bySequence = new Map<number, Update>();
  for (const update of [...one, ...other]) {
    if (update.kind !== 'RATING' && update.kind !== 'ACTIVATED') continue;
    if (update.before !== null || !bySequence.has(update.sequence)) bySequence.set(update.sequence, update);
  }
  return [...bySequence.values()].sort((left, right) => left.sequence - right.sequence).slice(-KEPT);
}

/**
 * The server's curve has a point every hundred ratings; what came since is told by updates and by samples of the model's state.
 * @param samples coverage now and then
 */
export function historyOf(curve: LiveHistoryQuery['liveCurve'], updates: readonly Update[], samples: readonly Point[]): History {
  const end = curve.at(-1)?.sequence ?? 0;
  const since = ({ sequence }: { readonly sequence: number }) => sequence > end;
  return {
    errors: [
      ...curve.map(({ sequence, rmse }) => ({ sequence, value: rmse })),
      ...updates
        .filter(since)
        .flatMap(({ sequence, before, runningRmse }) =>
          before === null || runningRmse === null ? [] : [{ sequence, value: runningRmse }],
        ),
    ],
    coverages: [...curve.map(({ sequence, coverage90 }) => ({ sequence, value: coverage90 })), ...samples.filter(since)],
    rated: updates.flatMap(ratedOf),
    activations: updates
      .filter(({ kind }) => kind === 'ACTIVATED')
      .map(({ sequence, modelVersion }) => ({ sequence, value: modelVersion })),
  };
}

function ratedOf({ kind, sequence, at, userId, movieId, rating, before, after }: Update): Rated[] {
  if (kind !== 'RATING' || rating === null) return [];
  return [{ sequence, at: Date.parse(at), userId, movieId, rating, before, after }];
}

/** At most so many points, evenly chosen, the last one among them. */
export function thinned<T>(points: readonly T[], most: number): readonly T[] {
  const step = Math.ceil(points.length / most);
  return step <= 1 ? points : points.filter((_, index) => (points.length - 1 - index) % step === 0);
}
