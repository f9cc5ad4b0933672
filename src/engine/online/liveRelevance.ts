import type { LiveData } from '../data/liveData.ts';
import { movieSideRow, userSideRow, type Vocabulary } from '../data/sideFeatures.ts';
import { LIKED_FROM, WorkingScale } from '../data/workingScale.ts';
import { gradeOf } from '../models/grades.ts';
import { type FoldedUser, foldIn } from '../models/implicitAls.ts';
import { conditionOn, priorMean } from '../models/population.ts';
import type { RelevanceFit } from '../models/relevance.ts';
import { addSides } from '../models/sideRegression.ts';

/** Ratings by which a user has moved on: what is older than as many weighs half. */
export const SERVED_HALF_LIFE = 200;
/** Ratings up to which the population is heard, too: of anybody, and of those who are being asked. */
const FEW_RATINGS = 10;
const MOST_ANSWERS = 20;
/** Newest answers that the population's grades are conditioned on. */
const MOST_CONDITIONED = 50;
/** Room for the scores of users, bytes: they stay true until the user's next rating. */
const KEPT_BYTES = 4 * 2 ** 20;

/** One user as relevance sees them: graded ratings, and the vector that these fold in to. */
interface RelevanceQuery {
  /** Ratings, oldest first. */
  readonly edges: readonly number[];
  readonly i: Int32Array; // [ratings]
  /** Grades, older ones decayed. */
  readonly x: Float64Array; // [ratings]
  readonly folded: FoldedUser;
  /** Weight of the population's grades. */
  readonly share: number;
}

/** What explains the scores of the user asked about last. */
interface Explained {
  readonly u: number;
  readonly query: RelevanceQuery;
  /** G, the population's grades as this user's answers leave them; empty with a share of 0. */
  readonly population: Float64Array; // [movies]
}

/** What one movie's relevance to a user is made of; the sum is the relevance. */
export interface RelevanceParts {
  /** x_i W_ij + c_i y_jᵀ A_u⁻¹ y_i of each rating. */
  readonly ratings: readonly { readonly edge: number; readonly weight: number }[];
  readonly population: number;
}

/**
 * Relevance while it serves: a pure function of a fit and of what users have rated and answered, so that a rating moves its user's
 * list at once and `apply` has nothing to learn. What was worked out for a user is kept until something of that user changes.
 */
export class LiveRelevance {
  readonly fit: RelevanceFit;
  private readonly data: LiveData;
  private readonly vocabulary: Vocabulary;
  private readonly halfLife: number;
  private readonly place: Int32Array; // [movies of the fit] column, or -1
  private vectors: Float32Array; // [movies x k] y_i, those that the fit did not see from their sides
  private readonly liked: number[] = []; // [movies] ratings of at least 4
  private readonly kept = new Map<number, Float64Array>(); // [movies] scores by user, those asked for last at the end
  private last: Explained | null = null;
  private order: readonly number[] | null = null;

  /** @param halfLife ratings; Infinity: all ratings of a user count alike */
  constructor(fit: RelevanceFit, vocabulary: Vocabulary, data: LiveData, halfLife = SERVED_HALF_LIFE) {
    this.fit = fit;
    this.data = data;
    this.vocabulary = vocabulary;
    this.halfLife = halfLife;
    this.place = new Int32Array(fit.movies).fill(-1);
    fit.ease.movies.forEach((movie, column) => {
      this.place[movie] = column;
    });
    this.vectors = fit.als.vectors.slice();
    const working = new WorkingScale(data.scale);
    for (let i = 0; i < data.movies.size; i += 1) {
      this.placeMovie(i);
      for (const edge of data.ratings.ofMovie(i)) {
        if (isLiked(working.toWorking(data.ratings.ratingOf(edge)))) this.liked[i] = this.likedCount(i) + 1;
      }
    }
  }

  /** Relevance of every movie to a user, or to a stranger; not to be changed. */
  scoresOf(u: number): Float64Array {
    const scores = this.kept.get(u) ?? this.score(this.about(u));
    this.kept.delete(u);
    this.kept.set(u, scores);
    const most = Math.max(1, Math.floor(KEPT_BYTES / scores.byteLength));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= most) break;
      this.kept.delete(oldest);
    }
    return scores;
  }

  /** What a movie's relevance is made of. @param upTo only ratings that the log knew then */
  partsOf(u: number, j: number, upTo = Number.POSITIVE_INFINITY): RelevanceParts {
    const { query, population } = this.about(u);
    const then = query.edges.every((edge) => this.data.ratings.sequenceOf(edge) <= upTo) ? query : this.queryOf(u, upTo);
    return { ratings: this.partsOfRatings(then, j), population: then.share * (population[j] ?? 0) };
  }

  /** y_j, from which similar movies are near; a stranger's is 0. */
  vectorOf(j: number): Float32Array {
    const k = this.fit.als.factors;
    return this.vectors.subarray(j * k, (j + 1) * k);
  }

  /** What to ask a user next: columns in order of what they tell, then all others, most liked first. The fit alone decides it. */
  questions(): readonly number[] {
    this.order ??= this.orderOfQuestions();
    return this.order;
  }

  private orderOfQuestions(): readonly number[] {
    const { population, ease } = this.fit;
    const first = Array.from(population.questions, (column) => ease.movies[column]!);
    const asked = new Set(first);
    const rest = Array.from(population.mean.keys()).filter((i) => !asked.has(i));
    return [...first, ...rest.sort((left, right) => population.mean[right]! - population.mean[left]! || left - right)];
  }

  /** How many have liked a movie. */
  likedCount(i: number): number {
    return this.liked[i] ?? 0;
  }

  /** A user's rating of a movie is new, changed or withdrawn. @param before, after working ratings; null: none */
  rated(u: number, i: number, before: number | null, after: number | null): void {
    this.liked[i] = this.likedCount(i) + (isLiked(after) ? 1 : 0) - (isLiked(before) ? 1 : 0);
    this.userChanged(u);
  }

  /** Something else of a user has changed. */
  userChanged(u: number): void {
    this.kept.delete(u);
    if (this.last?.u === u) this.last = null;
  }

  /** A movie is new, or its record has changed. */
  movieChanged(i: number): void {
    this.placeMovie(i);
    this.kept.clear();
    this.last = null;
  }

  private about(u: number): Explained {
    if (this.last?.u === u) return this.last;
    const query = this.queryOf(u);
    this.last = { u, query, population: query.share === 0 ? new Float64Array(0) : this.populationFor(u) };
    return this.last;
  }

  private queryOf(u: number, upTo = Number.POSITIVE_INFINITY): RelevanceQuery {
    const { ratings, scale } = this.data;
    const working = new WorkingScale(scale);
    const edges = this.inTimeOrder(ratings.ofUser(u).filter((edge) => ratings.sequenceOf(edge) <= upTo));
    const n = edges.length;
    const i = Int32Array.from(edges, (edge) => ratings.movieOf(edge));
    const x = new Float64Array(n);
    for (let t = 0; t < n; t += 1) x[t] = gradeOf(working.toWorking(ratings.ratingOf(edges[t]!))) * 2 ** (-(n - 1 - t) / this.halfLife);
    return { edges, i, x, folded: foldIn(this.fit.als, i, x, this.vectors), share: this.populationShare(u, n) };
  }

  /** 2/(2 + n) while somebody has few ratings: one liked film says as much of other films by whom it is liked as by itself. */
  private populationShare(u: number, n: number): number {
    const isHeard = n <= (this.data.onboarding.isOnboarded(u) ? MOST_ANSWERS : FEW_RATINGS);
    return isHeard ? 2 / (2 + n) : 0;
  }

  /** G: what the population's grades are for somebody with this user's side features and answers. */
  private populationFor(u: number): Float64Array {
    const { userRecords, ratings, onboarding, scale } = this.data;
    const { population, ease } = this.fit;
    const record = userRecords[u];
    const prior = priorMean(population, record === undefined ? { columns: [], x: [] } : userSideRow(this.vocabulary, record));
    const working = new WorkingScale(scale);
    const rated = ratings.ofUser(u).map((edge) => ({
      i: ratings.movieOf(edge),
      sequence: ratings.sequenceOf(edge),
      x: gradeOf(working.toWorking(ratings.ratingOf(edge))),
    }));
    const isRated = new Set(rated.map(({ i }) => i));
    const notSeen = onboarding.notSeenOf(u).filter(({ i }) => !isRated.has(i));
    const answers = [...rated, ...notSeen.map((answer) => ({ ...answer, x: 0 }))]
      .filter(({ i }) => (this.place[i] ?? -1) >= 0)
      .sort((left, right) => right.sequence - left.sequence)
      .slice(0, MOST_CONDITIONED);
    const columns = answers.map(({ i }) => this.place[i]!);
    const grades = answers.map(({ x }) => x);
    conditionOn(population, ease.movies, prior, columns, grades);
    return prior;
  }

  private score({ query: { i, x, folded, share }, population }: Explained): Float64Array {
    const movies = this.data.movies.size;
    const scores = new Float64Array(movies);
    this.addEase(scores, i, x);
    const k = this.fit.als.factors;
    const { z } = folded;
    for (let j = 0; j < movies; j += 1) scores[j]! += product(z, this.vectors, j * k);
    for (let j = 0; j < population.length; j += 1) scores[j]! += share * population[j]!;
    return scores;
  }

  /** Σ_i x_i W_ij over the covered movies. */
  private addEase(scores: Float64Array, i: Int32Array, x: Float64Array): void {
    const { movies, W } = this.fit.ease;
    const covered = Array.from(i.keys()).filter((t) => (this.place[i[t]!] ?? -1) >= 0);
    const sums = weightedRows(
      W,
      movies.length,
      covered.map((t) => this.place[i[t]!]!),
      covered.map((t) => x[t]!),
    );
    for (let c = 0; c < movies.length; c += 1) scores[movies[c]!]! += sums[c]!;
  }

  private partsOfRatings({ edges, i, x, folded }: RelevanceQuery, j: number): RelevanceParts['ratings'] {
    const { movies, W } = this.fit.ease;
    const k = this.fit.als.factors;
    const target = this.place[j] ?? -1;
    const solved = Float64Array.from({ length: k }, (_, f) => this.vectors[j * k + f] ?? 0);
    folded.solve(solved);
    return edges.map((edge, t) => {
      const column = this.place[i[t]!] ?? -1;
      let weight = column >= 0 && target >= 0 ? x[t]! * W[column * movies.length + target]! : 0;
      for (let f = 0; f < k; f += 1) weight += x[t]! * this.vectors[i[t]! * k + f]! * solved[f]!;
      return { edge, weight };
    });
  }

  /** Oldest first; a rating of unknown time stays behind the one before it in the log. */
  private inTimeOrder(edges: readonly number[]): readonly number[] {
    let last = Number.NEGATIVE_INFINITY;
    const timed = edges.map((edge) => {
      const time = this.data.ratings.timeOf(edge);
      if (!Number.isNaN(time)) last = time;
      return { edge, time: last };
    });
    return timed.sort((left, right) => (left.time === right.time ? 0 : left.time - right.time)).map(({ edge }) => edge);
  }

  /** Gives a movie without a vector of its own what its genres and year are worth. */
  private placeMovie(i: number): void {
    const k = this.fit.als.factors;
    const { vectors, factors } = this.fit.als;
    const isKnown = i < this.fit.movies && vectors.subarray(i * k, (i + 1) * k).some((value) => value !== 0);
    if (isKnown) return;
    if ((i + 1) * k > this.vectors.length) {
      const grown = new Float32Array(Math.max((i + 1) * k, Math.ceil(this.vectors.length * 1.5)));
      grown.set(this.vectors);
      this.vectors = grown;
    }
    this.vectors.fill(0, i * k, (i + 1) * k);
    addSides(this.vectors, i * k, movieSideRow(this.vocabulary, this.data.movieRecords[i]!), this.fit.alsSide, factors);
  }
}

function isLiked(working: number | null): boolean {
  return working !== null && working >= LIKED_FROM;
}

/** Σ_t x_t W_row(t): four rows together, so that the sums are read and written a quarter as often. */
function weightedRows(W: Float32Array, n: number, rows: readonly number[], x: readonly number[]): Float64Array {
  const sums = new Float64Array(n);
  for (let t = 0; t < rows.length; t += 4) {
    // A row beyond the last one is the first again, with nothing of it.
    const row = (r: number) => (rows[t + r] ?? rows[0]!) * n;
    const weight = (r: number) => x[t + r] ?? 0;
    addFourRows(sums, W, [row(0), row(1), row(2), row(3)], [weight(0), weight(1), weight(2), weight(3)]);
  }
  return sums;
}

type Four = readonly [number, number, number, number];

function addFourRows(sums: Float64Array, W: Float32Array, rows: Four, x: Four): void {
  const [r0, r1, r2, r3] = rows;
  const [x0, x1, x2, x3] = x;
  for (let c = 0; c < sums.length; c += 1) sums[c]! += x0 * W[r0 + c]! + x1 * W[r1 + c]! + x2 * W[r2 + c]! + x3 * W[r3 + c]!;
}

/** z·y, y from `at` on: four sums side by side, so that none waits for the one before. */
function product(z: Float64Array, vectors: Float32Array, at: number): number {
  const k = z.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let f = 0;
  for (; f + 3 < k; f += 4) {
    s0 += z[f]! * vectors[at + f]!;
    s1 += z[f + 1]! * vectors[at + f + 1]!;
    s2 += z[f + 2]! * vectors[at + f + 2]!;
    s3 += z[f + 3]! * vectors[at + f + 3]!;
  }
  for (; f < k; f += 1) s0 += z[f]! * vectors[at + f]!;
  return s0 + s1 + s2 + s3;
}
