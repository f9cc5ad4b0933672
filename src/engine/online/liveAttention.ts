import type { RatingScale } from '../../domain.ts';
import { Rows } from '../data/growable.ts';
import type { Edge } from '../data/interactions.ts';
import type { LiveData } from '../data/liveData.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';
import { WorkingScale } from '../data/workingScale.ts';
import type { AttentionWeights } from '../kernels/attentionParameters.ts';
import { attentionDelta } from '../models/attention.ts';
import { AttentionRow, hiddenOf, newMessages, writeMessage } from '../models/attentionRow.ts';
import { describeMovie, describeUser, type FittedNode, movieInputs, userInputs } from '../models/nodeFeatures.ts';
import { levelOf } from '../models/ratingLevels.ts';
import { SpokenMessages } from '../models/spokenMessages.ts';
import { RecentMessages } from './recentMessages.ts';

/** Newest ratings that a user's row attends to when it is recomputed. */
const HEARD = 128;
/** Counts at which a movie that had no rating at publication gets its row anew. */
const MILESTONES: readonly number[] = [1, 2, 5, 10, 20, 50, 100];
const MOST_HEARD = Math.max(HEARD, ...MILESTONES);

/** Columns of what the fit said of a node. */
const [BIAS, ETA, SEEN] = [0, 1, 2] as const;

/** What a fit hands over: what it said of each node, ratings that it saw of each, and their rows. */
export interface Publication {
  readonly nodes: Readonly<Record<'users' | 'movies', { readonly bias: Float64Array; readonly eta: Float64Array }>>;
  readonly counts: Readonly<Record<'users' | 'movies', Float64Array>>; // [nodes]
  readonly rows: Readonly<Record<'users' | 'movies', Float64Array>>; // [nodes x d]
}

/**
 * Graph attention while it serves. A rating recomputes the row of its user from its bias as of then and the newest messages; rows of
 * movies stay as of publication, except those of movies that had no rating then. No query computes a row. Row n of n nodes is the stranger's.
 */
export class LiveAttention {
  readonly weights: AttentionWeights;
  readonly bounds: Float64Array; // levels of ratings, working points
  /** What the fit said of each node: bias, eta, and 1 if it had a rating at publication. */
  readonly userFit = new Rows(3);
  readonly movieFit = new Rows(3);
  readonly userBias = new Rows(1); // [users] as of the last rating
  readonly users: Rows; // [users x d] z_u
  readonly movies: Rows; // [movies x d] z_i
  readonly hidden: Rows; // [movies x d] h_i as of its row

  private readonly vocabulary: Vocabulary;
  private readonly userRow: AttentionRow;
  private readonly movieRow: AttentionRow;
  /** What each movie says at each level: message i × levels + level. */
  private readonly messages: SpokenMessages;
  private readonly userInput: Float64Array; // scratch
  private readonly movieInput: Float64Array; // scratch
  private readonly h: Float64Array; // scratch
  private readonly recent = new RecentMessages(HEARD);
  /** That of the levels in `recent`. */
  private scale: RatingScale | null = null;

  constructor(weights: AttentionWeights, bounds: Float64Array, vocabulary: Vocabulary) {
    const { dimension: d } = weights;
    this.weights = weights;
    this.bounds = bounds;
    this.vocabulary = vocabulary;
    this.users = new Rows(d);
    this.movies = new Rows(d);
    this.hidden = new Rows(d);
    this.messages = new SpokenMessages(weights, HEARD);
    this.userRow = new AttentionRow(weights.users, weights, HEARD);
    this.movieRow = new AttentionRow(weights.movies, weights, MOST_HEARD);
    this.userInput = new Float64Array(userInputs(vocabulary));
    this.movieInput = new Float64Array(movieInputs(vocabulary));
    this.h = new Float64Array(d);
  }

  /** Takes the rows of all nodes as of publication, and what the fit said of them. */
  place({ nodes, counts, rows }: Publication, data: LiveData): void {
    for (const side of ['user', 'movie'] as const) {
      const fit = this[`${side}Fit`];
      const { bias, eta } = nodes[`${side}s`];
      fit.reserve(bias.length + 1);
      for (let node = 0; node < bias.length; node += 1) {
        fit.data.set([bias[node]!, eta[node]!, counts[`${side}s`][node]! > 0 ? 1 : 0], node * 3);
      }
    }
    this.userBias.put(nodes.users.bias);
    this.users.put(rows.users);
    this.movies.put(rows.movies);
    this.hidden.reserve(data.movies.size + 1);
    for (let i = 0; i < data.movies.size; i += 1) {
      this.hideMovie(i, data);
      this.speak(i);
    }
    this.addStrangers(data);
  }

  /** What attention adds to a score, working points. */
  delta(u: number, i: number): number {
    return attentionDelta(this.weights, this.users.data, u, this.movies.data, i);
  }

  /** Adds what attention adds to the score of each movie. */
  addDeltas(u: number, movies: Int32Array, scores: Float64Array): void {
    for (let n = 0; n < movies.length; n += 1) scores[n]! += this.delta(u, movies[n]!);
  }

  /** The rows after the last user and movie: of one that nothing is known of. */
  private addStrangers(data: LiveData): void {
    this.refreshUser(data.users.size, data);
    this.refreshMovie(data.movies.size, data);
  }

  /** The next user: its row, and the stranger's after it. */
  addUser(u: number, data: LiveData): void {
    this.refreshUser(u, data);
    this.refreshUser(u + 1, data);
  }

  /** Leaves nothing of what the fit and ratings said of user u, whose ratings are gone. */
  forgetUser(u: number, data: LiveData): void {
    this.userFit.data.fill(0, u * this.userFit.width, (u + 1) * this.userFit.width);
    this.userBias.data[u] = 0;
    this.recent.forget(u);
    this.refreshUser(u, data);
  }

  addMovie(i: number, data: LiveData): void {
    this.refreshMovie(i, data);
    this.refreshMovie(i + 1, data);
  }

  /** The ratings of this pair have changed. @param bias of the user, as it has become */
  rated(u: number, i: number, bias: number, data: LiveData): void {
    this.userBias.reserve(u + 1);
    this.userBias.data[u] = bias;
    const given = data.ratings.ofUser(u);
    this.recent.rated(u, given, this.messageOf(given.at(-1)!, data));
    // The movie first, so that its message to the user is the new one.
    if (!this.wasSeen(i) && MILESTONES.includes(data.ratings.ofMovie(i).length)) this.refreshMovie(i, data);
    this.refreshUser(u, data);
  }

  /** The record of a user has changed, or a rating is gone. @param bias of the user, as it has become */
  userChanged(u: number, bias: number, data: LiveData): void {
    this.userBias.reserve(u + 1);
    this.userBias.data[u] = bias;
    this.recent.forget(u);
    this.refreshUser(u, data);
  }

  /** The record of a movie has changed. */
  movieChanged(i: number, data: LiveData): void {
    if (!this.wasSeen(i)) this.refreshMovie(i, data);
  }

  /** Computes a user's row from its record and its newest ratings. */
  refreshUser(u: number, data: LiveData): void {
    this.users.reserve(u + 1);
    this.userFit.reserve(u + 1);
    if (data.scale !== this.scale) {
      this.recent.clear(); // levels of ratings have changed
      this.scale = data.scale;
    }
    const given = data.ratings.ofUser(u);
    const heard = this.recent.of(u, given, (edge) => this.messageOf(edge, data));
    this.hideUser(u, given.length, this.biasOf(u), data);
    this.userRow.write(this.h, this.messages, heard, heard.length, this.users.data, u * this.weights.dimension);
  }

  /**
   * alpha_ui of each of a user's newest ratings, mean over the heads. The user is taken with the bias that the fit said, so that an
   * answer that is given again, after later ratings have moved the bias, is the same.
   * @param upTo later ratings are taken for not given yet
   */
  alphas(u: number, data: LiveData, upTo = Number.POSITIVE_INFINITY): Map<Edge, number> {
    const { ratings } = data;
    const given = ratings.ofUser(u).filter((edge) => ratings.sequenceOf(edge) <= upTo);
    const heard = Int32Array.from(given.slice(-HEARD), (edge) => this.messageOf(edge, data));
    this.hideUser(u, given.length, this.userFit.data[u * this.userFit.width + BIAS]!, data);
    const row = new Float64Array(this.weights.dimension);
    const { T, key, power } = this.messages;
    this.userRow.write(this.h, { T, key, power }, heard, heard.length, row, 0);
    return new Map(given.slice(-HEARD).map((edge, e) => [edge, this.userRow.alphaOf(e)]));
  }

  /** Computes a movie's hidden features, its messages and its row, from its record and its ratings up to the last milestone. */
  refreshMovie(i: number, data: LiveData): void {
    const { movies, weights } = this;
    const d = weights.dimension;
    for (const rows of [movies, this.hidden, this.movieFit]) rows.reserve(i + 1);
    const edges = data.ratings.ofMovie(i).slice(-MOST_HEARD);
    this.hideMovie(i, data);
    this.speak(i);
    const messages = newMessages(edges.length, weights);
    const working = new WorkingScale(data.scale);
    const heard = Int32Array.from(edges.keys());
    edges.forEach((edge, m) => {
      const u = data.ratings.userOf(edge);
      this.hideUser(u, data.ratings.ofUser(u).length, this.biasOf(u), data);
      writeMessage(weights.movies, this.h, levelOf(this.bounds, working.toWorking(data.ratings.ratingOf(edge))), messages, m);
    });
    this.movieRow.write(this.hiddenRow(i), messages, heard, edges.length, movies.data, i * d);
  }

  /** After rows and hidden features were put in place from a snapshot. */
  restored(data: LiveData): void {
    for (let i = 0; i < data.movies.size; i += 1) this.speak(i);
    this.addStrangers(data);
  }

  /** x of a user with a count of ratings and a bias. @returns shared scratch */
  private describedUser(u: number, count: number, bias: number, data: LiveData): Float64Array {
    const record = data.userRecords[u] ?? STRANGER;
    describeUser(this.vocabulary, record, { ...fittedNode(this.userFit, u, count), bias }, this.userInput);
    return this.userInput;
  }

  /** x of a movie as it is now. @returns shared scratch */
  private describedMovie(i: number, data: LiveData): Float64Array {
    const record = data.movieRecords[i] ?? UNKNOWN_MOVIE;
    describeMovie(this.vocabulary, record, fittedNode(this.movieFit, i, data.ratings.ofMovie(i).length), this.movieInput);
    return this.movieInput;
  }

  /** Whether a movie had a rating at publication: then its row stays as of then. */
  private wasSeen(i: number): boolean {
    return this.movieFit.data[i * 3 + SEEN] === 1;
  }

  /** What the movie of a rating says at its level. */
  private messageOf(edge: Edge, { ratings, scale }: LiveData): number {
    const level = levelOf(this.bounds, new WorkingScale(scale).toWorking(ratings.ratingOf(edge)));
    return ratings.movieOf(edge) * this.weights.levels + level;
  }

  private hideUser(u: number, count: number, bias: number, data: LiveData): void {
    this.userFit.reserve(u + 1);
    hiddenOf(this.weights.users, this.describedUser(u, count, bias, data), this.h);
  }

  private biasOf(u: number): number {
    this.userBias.reserve(u + 1);
    return this.userBias.data[u]!;
  }

  private hideMovie(i: number, data: LiveData): void {
    hiddenOf(this.weights.movies, this.describedMovie(i, data), this.hiddenRow(i));
  }

  private hiddenRow(i: number): Float64Array {
    const d = this.weights.dimension;
    return this.hidden.data.subarray(i * d, (i + 1) * d);
  }

  private speak(i: number): void {
    const { levels } = this.weights;
    this.messages.reserve((i + 1) * levels);
    for (let level = 0; level < levels; level += 1) {
      writeMessage(this.weights.users, this.hiddenRow(i), level, this.messages, i * levels + level);
    }
  }
}

const STRANGER = { id: '', age: null, gender: null, occupation: null };
const UNKNOWN_MOVIE = { id: '', title: '', year: null, genres: [] };

function fittedNode({ data }: Rows, node: number, count: number): FittedNode {
  return { bias: data[node * 3 + BIAS]!, eta: data[node * 3 + ETA]!, count };
}
