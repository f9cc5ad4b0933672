import { LiveData } from '../data/liveData.ts';
import { type RatingTable, selectRows } from '../data/ratingTable.ts';
import { WorkingScale } from '../data/workingScale.ts';
import type { AttentionEdges } from '../kernels/attentionGraph.ts';
import { Random } from '../math/random.ts';
import type { AttentionShape } from '../models/attentionLesson.ts';
import type { HybridLesson } from '../models/hybrid.ts';
import { movieInputs, userInputs } from '../models/nodeFeatures.ts';
import { levelBounds, levelOf } from '../models/ratingLevels.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { countsOf, describeAll, fittedNodes } from './describe.ts';
import { fitMembers, MANY_RATINGS, type MemberFitOptions, type MemberFits, modelOfFits } from './members.ts';

/** Share of the events that the members of stream lessons are fitted to. */
const FITTED_SHARE = 0.6;
/** At most this many events are folded after it: a head needs no more rows. */
const MOST_STREAMED = 1_000_000;
const TIME_BLOCKS = 20;
/** On more ratings than MANY_RATINGS, attention hears only this many of the newest messages of a node, and no more in all. */
const MOST_HEARD = 100;
const MOST_MESSAGES = 4_000_000;
/** While it learns it hears fewer still: its weights belong to no node, and each of its steps goes over all messages. */
const MOST_LEARNED = 1_000_000;

const FOLDS = 5;
/** Draws of the sampled member for each fold. */
const FOLD_SWEEPS = 120;
/** Folds are drawn from a stream of their own. */
const FOLD_STREAM = 7;

/** What attention and heads learn from. */
export interface Lessons {
  readonly lessons: readonly HybridLesson[];
  readonly shape: AttentionShape;
  /** Where the levels of ratings meet, working points. */
  readonly bounds: Float64Array;
  /** Stream: in order of time, each predicted by a model as it will be used. Folds: by fits to fewer ratings, which doubt more. */
  readonly kind: 'stream' | 'folds';
}

/** The ratings that the members of stream lessons are fitted to: those before the ones that are folded. @param table in the order of the log */
export function firstRatings(table: RatingTable): RatingTable {
  const n = table.r.length;
  const end = Math.max(Math.floor(n * FITTED_SHARE), n - MOST_STREAMED);
  const { u, i, r, time } = table;
  return { ...table, u: u.subarray(0, end), i: i.subarray(0, end), r: r.subarray(0, end), time: time.subarray(0, end) };
}

/**
 * Stream lessons, for a model that will learn online: the members are fitted to the first 60 % of the ratings, the others are
 * folded one by one, each predicted before it is learned. Attention sees them in 20 blocks of time; what lies before a block
 * are its messages, and users have the biases that they had then. On many ratings two blocks do.
 * @param table in the order of the log @param fits to its `firstRatings`
 */
export function streamLessons(table: RatingTable, fits: MemberFits): Lessons {
  const n = table.r.length;
  const start = fits.table.r.length;
  const model = modelOfFits(fits, dataOf(fits.table), { version: 0, sequence: start });
  const graph = graphOf(table);
  const nodes = fittedNodes(fits);
  const lessons: HybridLesson[] = [];
  const blocks = n > MANY_RATINGS ? 2 : TIME_BLOCKS;
  for (let block = 0; block < blocks; block += 1) {
    const [from, to] = [block, block + 1].map((b) => start + Math.floor((b * (n - start)) / blocks)) as [number, number];
    if (from === to) continue;
    const users = { ...nodes.users, bias: Float64Array.from(table.users, (_, u) => model.userBias(u)) };
    lessons.push({
      ...describeAll(fits, { ...nodes, users }, countsOf(table, from)),
      messages: newest(edgesBefore(graph.edges, from), MOST_LEARNED),
      ...targets(foldOn(model, table, from, to)),
    });
  }
  return { lessons, shape: shapeOf(fits, graph.bounds), bounds: graph.bounds, kind: 'stream' };
}

/**
 * Fold lessons, for predictions of a random split: the members are fitted from nothing to four folds and predict the fifth,
 * as if given much later.
 */
export function foldLessons(table: RatingTable, options: MemberFitOptions): Lessons {
  const n = table.r.length;
  const order = new Random(options.seed, FOLD_STREAM).shuffle(Array.from({ length: n }, (_, row) => row));
  const fold = new Int32Array(n);
  order.forEach((row, at) => {
    fold[row] = at % FOLDS;
  });
  const graph = graphOf(table);
  const rows = Array.from({ length: n }, (_, row) => row);
  const all: MemberFits[] = [];
  const lessons: HybridLesson[] = [];
  for (let f = 0; f < Math.min(FOLDS, n - 1); f += 1) {
    const known = rows.filter((row) => fold[row] !== f);
    const asked = rows.filter((row) => fold[row] === f);
    const onSweep: MemberFitOptions['onSweep'] = (sweep) => options.onSweep?.({ ...sweep, done: (f + sweep.done) / FOLDS });
    const fits = fitMembers(selectRows(table, known), { ...options, sampledSweeps: FOLD_SWEEPS, onSweep });
    const model = modelOfFits(fits, dataOf(fits.table), { version: 0, sequence: known.length });
    all.push(fits);
    lessons.push({
      ...describeAll(fits, fittedNodes(fits), countsOf(fits.table, known.length)),
      messages: newest(selectEdges(graph.edges, known), MOST_LEARNED),
      ...targets(predictCold(model, selectRows(table, asked))),
    });
  }
  return { lessons, shape: shapeOf({ table, vocabulary: all[0]!.vocabulary }, graph.bounds), bounds: graph.bounds, kind: 'folds' };
}

/** Every rating of a table as an edge, with the level that its message has. */
export function graphOf(table: RatingTable, bounds = levelBounds(table.scale, table.r)): { edges: AttentionEdges; bounds: Float64Array } {
  const working = new WorkingScale(table.scale);
  return { edges: { u: table.u, i: table.i, level: Int32Array.from(table.r, (r) => levelOf(bounds, working.toWorking(r))) }, bounds };
}

/** The edges that attention hears: all of them, or of many the newest of each node, `most` in all. */
export function newest(edges: AttentionEdges, most = MOST_MESSAGES): AttentionEdges {
  const n = edges.u.length;
  if (n <= MANY_RATINGS) return edges;
  const heard = { u: new Map<number, number>(), i: new Map<number, number>() };
  const kept: number[] = [];
  for (let e = n - 1; e >= 0 && kept.length < most; e -= 1) {
    const byUser = heard.u.get(edges.u[e]!) ?? 0;
    const byMovie = heard.i.get(edges.i[e]!) ?? 0;
    if (byUser >= MOST_HEARD || byMovie >= MOST_HEARD) continue;
    heard.u.set(edges.u[e]!, byUser + 1);
    heard.i.set(edges.i[e]!, byMovie + 1);
    kept.push(e);
  }
  return selectEdges(edges, kept.reverse());
}

function shapeOf({ table, vocabulary }: Pick<MemberFits, 'table' | 'vocabulary'>, bounds: Float64Array): AttentionShape {
  return {
    users: table.users.length,
    movies: table.movies.length,
    userInputs: userInputs(vocabulary),
    movieInputs: movieInputs(vocabulary),
    levels: bounds.length + 1,
  };
}

/** What a table says, without a model. */
export function dataOf(table: RatingTable): LiveData {
  const data = new LiveData(table.scale);
  for (const user of table.users) data.userRecords[data.addUser(user.id)] = user;
  for (const movie of table.movies) data.movieRecords[data.addMovie(movie.id)] = movie;
  for (let row = 0; row < table.r.length; row += 1) {
    data.ratings.add(table.u[row]!, table.i[row]!, table.r[row]!, table.time[row]!, row + 1);
  }
  return data;
}

/** Predictions of ratings that had not been seen. Working points. */
interface Predicted {
  readonly u: Int32Array;
  readonly i: Int32Array;
  readonly r: Float64Array;
  readonly score: Float64Array;
  readonly variance: Float64Array;
  readonly disagreement: Float64Array;
  readonly given: Float64Array;
}

function newPredicted(n: number): Predicted {
  const column = () => new Float64Array(n);
  return {
    u: new Int32Array(n),
    i: new Int32Array(n),
    r: column(),
    score: column(),
    variance: column(),
    disagreement: column(),
    given: column(),
  };
}

/** Predicts, then learns, the rows of a table from `from` to before `to`. */
function foldOn(model: LiveModel, table: RatingTable, from: number, to: number): Predicted {
  const predicted = newPredicted(to - from);
  for (let row = from; row < to; row += 1) {
    const [u, i, rating, time] = [table.u[row]!, table.i[row]!, table.r[row]!, table.time[row]!];
    put(predicted, row - from, { u, i, rating }, model, model.gapAt(u, time));
    model.apply(row + 1, {
      kind: 'rated',
      userId: table.users[u]!.id,
      movieId: table.movies[i]!.id,
      rating,
      ratedAt: Number.isNaN(time) ? null : time * 1000,
    });
  }
  return predicted;
}

function predictCold(model: LiveModel, table: RatingTable): Predicted {
  const predicted = newPredicted(table.r.length);
  for (let row = 0; row < table.r.length; row += 1) {
    const [u, i] = [table.u[row]!, table.i[row]!];
    put(predicted, row, { u, i, rating: table.r[row]! }, model, Number.POSITIVE_INFINITY);
  }
  return predicted;
}

/** Puts in what a model says of a rating that it has not seen. @param gap seconds since the user's last rating */
function put(
  predicted: Predicted,
  at: number,
  { u, i, rating }: { u: number; i: number; rating: number },
  model: LiveModel,
  gap: number,
): void {
  const { score, epistemic, aleatoric, disagreement } = model.predict(u, i, 'MF', gap);
  predicted.u[at] = u;
  predicted.i[at] = i;
  predicted.r[at] = model.scale.toWorking(rating);
  predicted.score[at] = score;
  predicted.variance[at] = epistemic + aleatoric;
  predicted.disagreement[at] = disagreement;
  predicted.given[at] = model.data.ratings.ofUser(u).length;
}

function targets({ u, i, ...known }: Predicted): Omit<HybridLesson, 'userFeatures' | 'movieFeatures' | 'messages'> {
  return { targets: { u, i, residual: known.r.map((value, at) => value - known.score[at]!) }, ...known };
}

function edgesBefore({ u, i, level }: AttentionEdges, end: number): AttentionEdges {
  return { u: u.subarray(0, end), i: i.subarray(0, end), level: level.subarray(0, end) };
}

function selectEdges({ u, i, level }: AttentionEdges, rows: readonly number[]): AttentionEdges {
  const pick = (column: Int32Array) => Int32Array.from(rows, (row) => column[row]!);
  return { u: pick(u), i: pick(i), level: pick(level) };
}
