import { type RatingTable, selectRows } from '../src/engine/data/ratingTable.ts';
import { WorkingScale } from '../src/engine/data/workingScale.ts';
import { LiveModel, SERVED_MEMBERS } from '../src/engine/online/liveModel.ts';
import { dataOf } from '../src/engine/training/lessons.ts';
import { fitMembers, modelOfFits } from '../src/engine/training/members.ts';
import { compare, type Figure, processorSeconds } from './measure.ts';
import { BiasedFactorization } from './reference/biasedFactorization.ts';
import type { BenchSize } from './size.ts';

const FACTORS = 10;
const FITTED_SHARE = 0.8;
/** Draws of the sampled member: what a rating costs doesn't depend on how well it is fitted. */
const FEW_SWEEPS = 60;

/** Ratings with dense indices and working values, as the learner takes them. */
interface Stream {
  readonly u: Int32Array;
  readonly i: Int32Array;
  readonly r: Float64Array;
  readonly time: Float64Array;
  /** Seconds from the first to the last. */
  readonly span: number;
}

/**
 * "learn": what one rating costs a member of the live model, against a bare step over the same ratings. One step of the
 * reference stands beside each member's, so the ratio is of one member, however many there are. "apply": the same ratings as
 * events folded into the live model, with ids, edges, the prediction before and the running figures. "apply, fitted": the last
 * fifth of them after a fit on those before, so that what a user has rated is also taken together now and then. Rates are a second
 * of processor time.
 */
export async function learnFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  const stream = streamOf(table);
  const measureReference = () => bareRate(table, stream, size.passes);
  return [
    await compare({
      name: 'learn',
      what: 'ratings learned in process by a member of the live model',
      unit: 'ratings/s',
      reference: 'biasedFactorization',
      rounds: size.rounds,
      bar: { atLeast: 0.4 },
      measure: () => learnerRate(table, stream, size.passes),
      measureReference,
    }),
    await compare({
      name: 'apply',
      what: 'rated events folded into the live model',
      unit: 'ratings/s',
      reference: 'biasedFactorization',
      rounds: size.rounds,
      bar: null,
      measure: () => applyRate(emptyModel(table), table),
      measureReference,
    }),
    await fittedFigure(table, size, measureReference),
  ];
}

function fittedFigure(table: RatingTable, { rounds }: BenchSize, measureReference: () => number): Promise<Figure> {
  const start = Math.floor(FITTED_SHARE * table.r.length);
  const rows = [...table.r.keys()];
  const before = selectRows(table, rows.slice(0, start));
  const after = selectRows(table, rows.slice(start));
  const fits = fitMembers(before, { seed: 0, members: SERVED_MEMBERS, sampledSweeps: FEW_SWEEPS });
  return compare({
    name: 'apply, fitted',
    what: `${after.r.length} rated events folded into a live model that was fitted to the ${start} before`,
    unit: 'ratings/s',
    reference: 'biasedFactorization',
    rounds,
    bar: null,
    measure: () => applyRate(modelOfFits(fits, dataOf(before), { version: 1, sequence: start }), after),
    measureReference,
  });
}

function learnerRate(table: RatingTable, stream: Stream, passes: number): number {
  const members = [...emptyModel(table).members.values()];
  const taken = processorSeconds(() => {
    for (let pass = 0; pass < passes; pass += 1) {
      for (const { learner } of members) {
        for (let t = 0; t < stream.r.length; t += 1) {
          const u = stream.u[t]!;
          const i = stream.i[t]!;
          learner.learnOne(u, i, stream.r[t]!, stream.time[t]! + pass * stream.span);
        }
      }
    }
  });
  return (passes * members.length * stream.r.length) / taken;
}

function bareRate(table: RatingTable, stream: Stream, passes: number): number {
  const model = new BiasedFactorization(table.users.length, table.movies.length, FACTORS);
  const taken = processorSeconds(() => {
    for (let pass = 0; pass < passes; pass += 1) {
      for (let t = 0; t < stream.r.length; t += 1) model.learnOne(stream.u[t]!, stream.i[t]!, stream.r[t]!);
    }
  });
  return (passes * stream.r.length) / taken;
}

function applyRate(model: LiveModel, table: RatingTable): number {
  const events = Array.from(table.r, (rating, t) => ({
    kind: 'rated' as const,
    userId: table.users[table.u[t]!]!.id,
    movieId: table.movies[table.i[t]!]!.id,
    rating,
    ratedAt: table.time[t]! * 1000,
  }));
  const first = model.sequence + 1;
  const taken = processorSeconds(() => {
    for (let t = 0; t < events.length; t += 1) model.apply(first + t, events[t]!);
  });
  return events.length / taken;
}

/** The live model before its first rating; its users and movies have rows. */
function emptyModel(table: RatingTable): LiveModel {
  const model = LiveModel.untrained(table.scale, FACTORS, 0);
  let sequence = 0;
  for (const movie of table.movies) model.apply(++sequence, { kind: 'moviePut', movie });
  for (const user of table.users) model.apply(++sequence, { kind: 'userPut', user });
  return model;
}

function streamOf({ scale, u, i, r, time }: RatingTable): Stream {
  const working = new WorkingScale(scale);
  return { u, i, time, r: r.map((rating) => working.toWorking(rating)), span: time.at(-1)! - time[0]! };
}
