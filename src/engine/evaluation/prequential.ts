import { type RatingTable, selectRows } from '../data/ratingTable.ts';
import { Random } from '../math/random.ts';
import type { EvaluatedModel } from '../models/model.ts';
import { nextFitAt } from '../training/schedule.ts';
import { Accuracy, type AccuracySummary } from './accuracy.ts';

export interface StreamOptions {
  /** Share of the events that one fit sees before the stream starts; null: from nothing, with refits on the server's schedule. */
  readonly warm: number | null;
  /** Learn nothing in the stream. */
  readonly frozen: boolean;
  /** Share of the streamed ratings that are kept from learning. */
  readonly withhold: number;
  readonly seed: number;
}

export interface StreamResult {
  /** Each rating predicted just before it is learned. */
  readonly perRating: AccuracySummary;
  /** All ratings that a user gave in one second predicted before any of them is learned. */
  readonly perPage: AccuracySummary;
  /** RMSE on the withheld ratings: at the end of the stream, before it, and of a fit on everything but them; null when none are. */
  readonly withheld: { online: number; frozen: number; fresh: number } | null;
  readonly fitSeconds: number;
}

/** The rows of a table in time order, equal times in the order given, unknown times last. */
export function inTimeOrder(table: RatingTable): RatingTable {
  const key = (row: number) => (Number.isNaN(table.time[row]) ? Number.POSITIVE_INFINITY : table.time[row]!);
  const rows = Array.from(table.r.keys());
  rows.sort((left, right) => (key(left) === key(right) ? left - right : key(left) - key(right)));
  return selectRows(table, rows);
}

/**
 * Predict, then learn, rating by rating: the honest test of a model that learns online (Dawid 1984; Gama and others 2013).
 * @param table in time order @param clock milliseconds, to report the time spent in fits
 */
export function prequential(
  create: () => EvaluatedModel,
  table: RatingTable,
  options: StreamOptions,
  clock: () => number,
  onProgress: (done: number) => void = () => {},
): StreamResult {
  const n = table.r.length;
  const start = options.warm === null ? 0 : Math.floor(n * options.warm);
  const withheld = chooseWithheld(n, start, options);
  const model = create();
  let fitMilliseconds = 0;
  const refit = (target: EvaluatedModel, rows: number[]) => {
    const before = clock();
    target.fit(selectRows(table, rows));
    fitMilliseconds += clock() - before;
  };
  const learned = Array.from({ length: start }, (_, row) => row);
  refit(model, learned);

  const ratings = new Accuracy();
  const pages = new Accuracy();
  let due = options.warm === null ? nextFitAt(0) : Number.POSITIVE_INFINITY;
  let pageEnd = start;
  for (let row = start; row < n; row += 1) {
    if (row >= pageEnd) pageEnd = predictPage(model, table, row, pages);
    const { u, i, r, time } = rowOf(table, row);
    const { mean, variance } = model.predictOne(u, i, time);
    ratings.add(mean, variance, r);
    if (options.frozen || withheld.has(row)) continue;
    model.learnOne(u, i, r, time);
    learned.push(row);
    if (learned.length >= due) {
      if (row + 1 < n) refit(model, learned);
      due = nextFitAt(learned.length);
      onProgress(row / n);
    }
  }
  onProgress(1);
  return {
    perRating: ratings.summary(),
    perPage: pages.summary(),
    withheld: withheld.size === 0 ? null : compareWithheld(),
    fitSeconds: fitMilliseconds / 1000,
  };

  function compareWithheld(): { online: number; frozen: number; fresh: number } {
    const frozen = create();
    refit(frozen, learned.slice(0, start));
    const fresh = create();
    refit(fresh, learned);
    return { online: rmseOn(model, table, withheld), frozen: rmseOn(frozen, table, withheld), fresh: rmseOn(fresh, table, withheld) };
  }
}

/** @returns the row after the last one of the page that starts at `row` */
function predictPage(model: EvaluatedModel, table: RatingTable, row: number, pages: Accuracy): number {
  const first = rowOf(table, row);
  let end = row;
  do {
    const { u, i, r, time } = rowOf(table, end);
    const { mean, variance } = model.predictOne(u, i, time);
    pages.add(mean, variance, r);
    end += 1;
  } while (end < table.r.length && table.u[end] === first.u && Math.floor(table.time[end]!) === Math.floor(first.time));
  return end;
}

function chooseWithheld(n: number, start: number, options: StreamOptions): Set<number> {
  const random = new Random(options.seed, 1);
  const rows = new Set<number>();
  if (options.withhold === 0) return rows;
  for (let row = start; row < n; row += 1) if (random.uniform() < options.withhold) rows.add(row);
  return rows;
}

function rmseOn(model: EvaluatedModel, table: RatingTable, rows: ReadonlySet<number>): number {
  const accuracy = new Accuracy();
  for (const row of rows) {
    const { u, i, r } = rowOf(table, row);
    const { mean, variance } = model.predictOne(u, i, null);
    accuracy.add(mean, variance, r);
  }
  return accuracy.summary().rmse;
}

function rowOf(table: RatingTable, row: number): { u: number; i: number; r: number; time: number } {
  return { u: table.u[row]!, i: table.i[row]!, r: table.r[row]!, time: table.time[row]! };
}
