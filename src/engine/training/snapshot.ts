import type { MovieRecord, RatingScale, UserRecord } from '../../domain.ts';
import { LiveData } from '../data/liveData.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';
import { ATTENTION_DEFAULTS } from '../models/attention.ts';
import { HEAD_DEFAULTS } from '../models/bayes.ts';
import { RELEVANCE_DEFAULTS } from '../models/relevance.ts';
import { SAMPLED_DEFAULTS } from '../models/sampled.ts';
import { VARIATIONAL_DEFAULTS } from '../models/variational.ts';
import type { LiveMetrics, LiveMetricsState } from '../online/liveMetrics.ts';
import { LiveModel, MEMBER_RULES, SERVED_MEMBERS } from '../online/liveModel.ts';
import { LiveRelevance, SERVED_HALF_LIFE } from '../online/liveRelevance.ts';
import { loadHybrid, saveHybrid } from './snapshotHybrid.ts';
import { loadMember, type MemberMetadata, saveMember } from './snapshotMember.ts';
import { loadTaste, saveTaste } from './snapshotTaste.ts';
import { arrayOf, jsonOf, putArray, type Tensors } from './snapshotTensors.ts';
import type { TensorFile } from './tensorFile.ts';

/** Raised when the arrays of a snapshot change their meaning. */
const SNAPSHOT_FORMAT = 4;

/** What a snapshot says of itself, beside its tensors. */
export interface SnapshotMetadata {
  readonly format: number;
  readonly version: number;
  readonly sequence: number;
  readonly ratingsAtFit: number;
  /** The settings that made it: a model of other settings is fitted anew, not loaded. */
  readonly settings: string;
  readonly scale: RatingScale;
  readonly vocabulary: Vocabulary;
  readonly members: readonly MemberMetadata[];
  /** What attention and heads keep beside their tensors, as JSON; null without them. */
  readonly hybrid: string | null;
  /** The same of relevance and axes. */
  readonly taste: string | null;
}

/** Everything that a model depends on beside the log, as text to compare. */
export function modelSettings(seed: number): string {
  return JSON.stringify({
    format: SNAPSHOT_FORMAT,
    seed,
    variational: VARIATIONAL_DEFAULTS,
    sampled: SAMPLED_DEFAULTS,
    attention: ATTENTION_DEFAULTS,
    head: HEAD_DEFAULTS,
    relevance: RELEVANCE_DEFAULTS,
    halfLife: SERVED_HALF_LIFE,
    rules: MEMBER_RULES,
    served: SERVED_MEMBERS,
  });
}

const text = new TextEncoder();

/**
 * A copy of everything that the fold needs to go on from here, taken in one turn: its buffers may be handed to another thread.
 * @param settings what `modelSettings` says
 */
export function takeSnapshot(model: LiveModel, settings: string): TensorFile {
  const tensors: Tensors = new Map();
  const { data } = model;
  putArray(tensors, 'users.json', text.encode(JSON.stringify(data.userRecords)));
  putArray(tensors, 'movies.json', text.encode(JSON.stringify(data.movieRecords)));
  saveRatings(tensors, model);
  saveOnboarding(tensors, data);
  putArray(tensors, 'withdrawnPairs', Float64Array.from(model.withdrawnPairs));
  saveMetrics(tensors, 'metrics', model.metrics);
  saveMetrics(tensors, 'factorizationMetrics', model.factorizationMetrics);
  for (const [name, member] of model.members) saveMember(tensors, name, member, data.users.size, data.movies.size);
  const metadata: SnapshotMetadata = {
    format: SNAPSHOT_FORMAT,
    version: model.version,
    sequence: model.sequence,
    ratingsAtFit: model.ratingsAtFit,
    settings,
    scale: data.scale,
    vocabulary: model.vocabulary,
    members: [...model.members].map(([name, member]) => ({ name, factors: member.learner.factors, seed: member.seed })),
    hybrid: model.hybrid === null ? null : saveHybrid(tensors, model.hybrid, data.users.size, data.movies.size),
    taste:
      model.relevance === null || model.axes === null ? null : saveTaste(tensors, { relevance: model.relevance.fit, axes: model.axes }),
  };
  return { tensors, metadata: { tastegraph: JSON.stringify(metadata) } };
}

/** @throws Error when the file is of another format, lacks a tensor, or holds something that is not a number */
export function restoreSnapshot(file: TensorFile): LiveModel {
  const metadata = metadataOf(file);
  checkFinite(file);
  const data = new LiveData(metadata.scale);
  for (const user of jsonOf<UserRecord[]>(file, 'users.json')) data.userRecords[data.addUser(user.id)] = user;
  for (const movie of jsonOf<MovieRecord[]>(file, 'movies.json')) data.movieRecords[data.addMovie(movie.id)] = movie;
  const members = new Map(metadata.members.map((member) => [member.name, loadMember(file, member)]));
  const { vocabulary, version, sequence, ratingsAtFit } = metadata;
  loadRatings(file, data);
  loadOnboarding(file, data);
  const hybrid = metadata.hybrid === null ? null : loadHybrid(file, metadata.hybrid, vocabulary, data);
  const taste = metadata.taste === null ? null : loadTaste(file, metadata.taste);
  const relevance = taste === null ? null : new LiveRelevance(taste.relevance, vocabulary, data);
  const axes = taste?.axes ?? null;
  const model = new LiveModel({ data, vocabulary, members, hybrid, relevance, axes, version, sequence, ratingsAtFit });
  for (const pair of arrayOf(file, 'withdrawnPairs')) model.withdrawnPairs.add(pair);
  model.metrics.load(metricsOf(file, 'metrics'));
  model.factorizationMetrics.load(metricsOf(file, 'factorizationMetrics'));
  model.recount();
  return model;
}

/** Points in time, of which NaN says that there is none. */
const TIMES = /\.(time|last)$/;

/** One number that is none would spread through every prediction, and from there through all that is learned after it. */
function checkFinite({ tensors }: TensorFile): void {
  for (const [name, { data }] of tensors) {
    if (TIMES.test(name)) continue;
    // Plain loop: `every` takes many times as long, and a hand-over holds up queries meanwhile.
    for (let at = 0; at < data.length; at += 1) {
      if (!Number.isFinite(data[at])) throw new Error(`its tensor ${name} holds a ${data[at]}`);
    }
  }
}

/** @throws Error when it is not a snapshot of this format */
export function metadataOf(file: TensorFile): SnapshotMetadata {
  const metadata = JSON.parse(file.metadata.tastegraph ?? 'null') as SnapshotMetadata | null;
  if (metadata?.format !== SNAPSHOT_FORMAT) throw new Error(`it is not a model of format ${SNAPSHOT_FORMAT}`);
  return metadata;
}

function saveRatings(tensors: Tensors, model: LiveModel): void {
  const { ratings } = model.data;
  const edges = ratings.inOrder();
  const n = edges.length;
  const columns = {
    user: new Int32Array(n),
    movie: new Int32Array(n),
    rating: new Float64Array(n),
    time: new Float64Array(n),
    sequence: new Float64Array(n),
    note: new Uint8Array(n),
  };
  // Plain loops: queries wait for this copy, and `from` with a function takes many times as long.
  for (let row = 0; row < n; row += 1) {
    const edge = edges[row]!;
    columns.user[row] = ratings.userOf(edge);
    columns.movie[row] = ratings.movieOf(edge);
    columns.rating[row] = ratings.ratingOf(edge);
    columns.time[row] = ratings.timeOf(edge);
    columns.sequence[row] = ratings.sequenceOf(edge);
    columns.note[row] = ratings.noteOf(edge);
  }
  for (const [name, column] of Object.entries(columns)) putArray(tensors, `ratings.${name}`, column);
}

function loadRatings(file: TensorFile, { ratings }: LiveData): void {
  const [user, movie, rating, time, sequence, note] = ['user', 'movie', 'rating', 'time', 'sequence', 'note'].map((name) =>
    arrayOf(file, `ratings.${name}`),
  );
  for (let row = 0; row < user!.length; row += 1) {
    ratings.setNote(ratings.add(user![row]!, movie![row]!, rating![row]!, time![row]!, sequence![row]!), note![row]!);
  }
}

/** Users who were asked questions, and what they said not to have seen, in their order. */
function saveOnboarding(tensors: Tensors, { onboarding }: LiveData): void {
  const all = [...onboarding.all()];
  const answers = all.flatMap(([u, notSeen]) => notSeen.map(({ i, sequence }) => ({ u, i, sequence })));
  putArray(
    tensors,
    'onboarding.asked',
    Int32Array.from(all, ([u]) => u),
  );
  putArray(
    tensors,
    'onboarding.user',
    Int32Array.from(answers, ({ u }) => u),
  );
  putArray(
    tensors,
    'onboarding.movie',
    Int32Array.from(answers, ({ i }) => i),
  );
  putArray(
    tensors,
    'onboarding.sequence',
    Float64Array.from(answers, ({ sequence }) => sequence),
  );
}

function loadOnboarding(file: TensorFile, { onboarding }: LiveData): void {
  for (const u of arrayOf(file, 'onboarding.asked')) onboarding.answered(u);
  const [user, movie, sequence] = ['user', 'movie', 'sequence'].map((name) => arrayOf(file, `onboarding.${name}`));
  for (let row = 0; row < user!.length; row += 1) onboarding.notSeen(user![row]!, movie![row]!, sequence![row]!);
}

function saveMetrics(tensors: Tensors, name: string, metrics: LiveMetrics): void {
  for (const [part, array] of Object.entries(metrics.save())) putArray(tensors, `${name}.${part}`, array);
}

function metricsOf(file: TensorFile, name: string): LiveMetricsState {
  const part = (of: keyof LiveMetricsState) => arrayOf(file, `${name}.${of}`) as Float64Array;
  return { running: part('running'), total: part('total'), curve: part('curve'), recent: part('recent') };
}
