import { type RatingTable, selectRows } from '../data/ratingTable.ts';
import { Random } from '../math/random.ts';
import { meanOf } from '../models/factorization.ts';
import type { ModelAnswers, ModelFamily } from '../models/model.ts';
import { nextFitAt } from '../training/schedule.ts';
import { Accuracy, type AccuracySummary, errorOf } from './accuracy.ts';
import { type Comparison, compareModels } from './bootstrap.ts';
import { Quality, type QualitySummary } from './quality.ts';
import { type CurvePoint, StreamCurve } from './streamCurve.ts';

export interface StreamOptions {
  /** Share of the events that one fit sees before the stream starts; null: from nothing, with refits on the server's schedule. */
  readonly warm: number | null;
  /** Learn nothing in the stream. */
  readonly frozen: boolean;
  /** Share of the streamed ratings that are kept from learning. */
  readonly withhold: number;
  readonly seed: number;
  /** Milliseconds, to report the speed of the stream. */
  readonly clock: () => number;
}

/** RMSE on ratings that were kept from learning: after the stream, before it, and of a fit on everything but them. */
export interface WithheldQuality {
  readonly ratings: number;
  readonly online: number;
  readonly frozen: number;
  readonly fresh: number;
  /** 95 % interval of online − fresh, by the bootstrap over users. */
  readonly low: number;
  readonly high: number;
}

export interface StreamResult {
  /** Each rating predicted just before it is learned. */
  readonly perRating: QualitySummary;
  /** All ratings that a user gave in one second predicted before any of them is learned. */
  readonly perPage: AccuracySummary;
  /** How near a fresh fit it ends; null when no ratings are withheld. */
  readonly withheld: WithheldQuality | null;
  /** How error and coverage went, per rating. */
  readonly curve: readonly CurvePoint[];
  /** Ratings predicted, by themselves and with their page, and learned in a second between fits; all models of the family together. */
  readonly eventsPerSecond: number;
  readonly fitSeconds: number;
}

/**
 * Predict, then learn, rating by rating: the honest test of a model that learns online (Dawid 1984; Gama and others 2013).
 * @param create a new family; called again for each fit that ratings are withheld from
 * @param table in time order
 * @returns results by model
 */
export async function prequential(
  create: () => ModelFamily,
  table: RatingTable,
  options: StreamOptions,
  onProgress: (done: number) => void = () => {},
): Promise<Map<string, StreamResult>> {
  const n = table.r.length;
  const start = options.warm === null ? 0 : Math.floor(n * options.warm);
  const withheld = chooseWithheld(n, start, options);
  const family = create();
  const { clock } = options;
  let fitting = 0;
  const refit = async (rows: readonly number[]) => {
    const began = clock();
    await family.fit(selectRows(table, rows));
    fitting += clock() - began;
  };
  const began = clock();
  const learned = Array.from({ length: start }, (_, row) => row);
  await refit(learned);

  const newScore = () => ({ ratings: new Quality(), pages: new Accuracy(), curve: new StreamCurve(n - start) });
  const scores = new Map(Array.from(family.models.keys(), (name) => [name, newScore()]));
  const activity = new Float64Array(table.users.length);
  for (let row = 0; row < start; row += 1) activity[table.u[row]!]! += 1;
  let due = options.warm === null ? nextFitAt(0) : Number.POSITIVE_INFINITY;
  let pageEnd = start;
  for (let row = start; row < n; row += 1) {
    const pageStarts = row >= pageEnd;
    if (pageStarts) pageEnd = endOfPage(table, row);
    for (const [name, model] of family.models) {
      const { ratings, pages, curve } = scores.get(name)!;
      const { u, i, r, time } = rowOf(table, row);
      const forecast = model.predictOne(u, i, time);
      if (pageStarts) {
        pages.add(forecast.mean, forecast.variance, r); // nothing of the page is learned yet
        for (let later = row + 1; later < pageEnd; later += 1) predictInto(pages, model, table, later);
      }
      ratings.add(forecast, r, activity[u]!);
      curve.add(forecast, r);
    }
    activity[table.u[row]!]! += 1;
    if (options.frozen || withheld.has(row)) continue;
    const { u, i, r, time } = rowOf(table, row);
    family.learnOne(u, i, r, time);
    learned.push(row);
    if (learned.length >= due) {
      if (row + 1 < n) await refit(learned);
      due = nextFitAt(learned.length);
      onProgress(row / n);
    }
  }
  const eventsPerSecond = (1000 * (n - start)) / (clock() - began - fitting);
  onProgress(1);
  const fitSeconds = new Map(Array.from(family.models.keys(), (name) => [name, family.fitSeconds(name)]));
  const compared = withheld.size === 0 ? null : await comparedOnWithheld();
  return new Map(
    Array.from(scores, ([name, { ratings, pages, curve }]) => {
      const result: StreamResult = {
        perRating: ratings.summary(),
        perPage: pages.summary(),
        withheld: compared?.get(name) ?? null,
        curve: curve.finish(),
        eventsPerSecond,
        fitSeconds: fitSeconds.get(name)!,
      };
      return [name, result];
    }),
  );

  async function comparedOnWithheld(): Promise<Map<string, WithheldQuality>> {
    const frozen = create();
    await frozen.fit(selectRows(table, learned.slice(0, start)));
    const fresh = create();
    await fresh.fit(selectRows(table, learned));
    const u = Int32Array.from(withheld, (row) => table.u[row]!);
    const errorsOf = (models: ModelFamily, name: string) => squaredErrors(models.models.get(name)!, table, withheld);
    const compared = (name: string): WithheldQuality => {
      const errors = { fresh: errorsOf(fresh, name), online: errorsOf(family, name), frozen: errorsOf(frozen, name) };
      const rmse = (squares: Float64Array) => Math.sqrt(meanOf(squares));
      const [{ low, high }] = compareModels(u, new Map(Object.entries(errors)), options.seed) as [Comparison];
      return { ratings: u.length, online: rmse(errors.online), frozen: rmse(errors.frozen), fresh: rmse(errors.fresh), low, high };
    };
    return new Map(Array.from(scores.keys(), (name) => [name, compared(name)]));
  }
}

function predictInto(accuracy: Accuracy, model: ModelAnswers, table: RatingTable, row: number): void {
  const { u, i, r, time } = rowOf(table, row);
  const { mean, variance } = model.predictOne(u, i, time);
  accuracy.add(mean, variance, r);
}

/** The row after the last one of the page that starts at `row`: ratings that a user gave in one second. */
function endOfPage(table: RatingTable, row: number): number {
  const first = rowOf(table, row);
  let end = row + 1;
  while (end < table.r.length && table.u[end] === first.u && Math.floor(table.time[end]!) === Math.floor(first.time)) end += 1;
  return end;
}

function chooseWithheld(n: number, start: number, options: StreamOptions): Set<number> {
  const random = new Random(options.seed, 1);
  const rows = new Set<number>();
  if (options.withhold === 0) return rows;
  for (let row = start; row < n; row += 1) if (random.uniform() < options.withhold) rows.add(row);
  return rows;
}

/** Squared errors on these rows, as a film is predicted that is watched later. */
function squaredErrors(model: ModelAnswers, table: RatingTable, rows: ReadonlySet<number>): Float64Array {
  return Float64Array.from(rows, (row) => {
    const { u, i, r } = rowOf(table, row);
    return errorOf(model.predictOne(u, i, null).mean, r) ** 2;
  });
}

function rowOf(table: RatingTable, row: number): { u: number; i: number; r: number; time: number } {
  return { u: table.u[row]!, i: table.i[row]!, r: table.r[row]!, time: table.time[row]! };
}
