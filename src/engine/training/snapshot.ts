import type { MovieRecord, RatingScale, UserRecord } from '../../domain.ts';
import type { Rows } from '../data/growable.ts';
import { LiveData } from '../data/liveData.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';
import { SAMPLED_DEFAULTS } from '../models/sampled.ts';
import { VARIATIONAL_DEFAULTS } from '../models/variational.ts';
import { LiveModel, MEMBER_RULES, SERVED_MEMBERS } from '../online/liveModel.ts';
import { Member, type MemberPriors } from '../online/member.ts';
import type { NodePrior } from '../online/memberState.ts';
import type { Tensor, TensorData, TensorFile } from './tensorFile.ts';

/** Raised when the arrays of a snapshot change their meaning. */
const SNAPSHOT_FORMAT = 1;

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
}

interface MemberMetadata {
  readonly name: string;
  readonly factors: number;
  readonly seed: number;
}

/** Everything that a model depends on beside the log, as text to compare. */
export function modelSettings(seed: number): string {
  return JSON.stringify({
    format: SNAPSHOT_FORMAT,
    seed,
    variational: VARIATIONAL_DEFAULTS,
    sampled: SAMPLED_DEFAULTS,
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
  const tensors = new Map<string, Tensor>();
  const { data } = model;
  putArray(tensors, 'users.json', text.encode(JSON.stringify(data.userRecords)));
  putArray(tensors, 'movies.json', text.encode(JSON.stringify(data.movieRecords)));
  saveRatings(tensors, model);
  putArray(tensors, 'withdrawnPairs', Float64Array.from(model.withdrawnPairs));
  for (const [name, array] of Object.entries(model.metrics.save())) putArray(tensors, `metrics.${name}`, array);
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
  };
  return { tensors, metadata: { tastegraph: JSON.stringify(metadata) } };
}

/** @throws Error when the file is of another format or lacks a tensor */
export function restoreSnapshot(file: TensorFile): LiveModel {
  const metadata = metadataOf(file);
  const data = new LiveData(metadata.scale);
  for (const user of jsonOf<UserRecord[]>(file, 'users.json')) data.userRecords[data.addUser(user.id)] = user;
  for (const movie of jsonOf<MovieRecord[]>(file, 'movies.json')) data.movieRecords[data.addMovie(movie.id)] = movie;
  const members = new Map(metadata.members.map((member) => [member.name, loadMember(file, member)]));
  const { vocabulary, version, sequence, ratingsAtFit } = metadata;
  const model = new LiveModel({ data, vocabulary, members, version, sequence, ratingsAtFit });
  loadRatings(file, model);
  for (const pair of arrayOf(file, 'withdrawnPairs')) model.withdrawnPairs.add(pair);
  const metric = (name: string) => arrayOf(file, `metrics.${name}`) as Float64Array;
  model.metrics.load({ running: metric('running'), total: metric('total'), curve: metric('curve'), recent: metric('recent') });
  model.recount();
  return model;
}

/** @throws Error when it is not a snapshot of this format */
export function metadataOf(file: TensorFile): SnapshotMetadata {
  const metadata = JSON.parse(file.metadata.tastegraph ?? 'null') as SnapshotMetadata | null;
  if (metadata?.format !== SNAPSHOT_FORMAT) throw new Error(`it is not a model of format ${SNAPSHOT_FORMAT}`);
  return metadata;
}

function saveRatings(tensors: Map<string, Tensor>, model: LiveModel): void {
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

function loadRatings(file: TensorFile, model: LiveModel): void {
  const { ratings } = model.data;
  const [user, movie, rating, time, sequence, note] = ['user', 'movie', 'rating', 'time', 'sequence', 'note'].map((name) =>
    arrayOf(file, `ratings.${name}`),
  );
  for (let row = 0; row < user!.length; row += 1) {
    ratings.setNote(ratings.add(user![row]!, movie![row]!, rating![row]!, time![row]!, sequence![row]!), note![row]!);
  }
}

function saveMember(tensors: Map<string, Tensor>, name: string, member: Member, users: number, movies: number): void {
  const { learner, priors } = member;
  const put = (part: string, rows: object, count: number) => {
    for (const [array, values] of Object.entries(rows) as [string, Rows][]) {
      const tensor = { shape: [count, values.width], data: values.take(count) };
      tensors.set(`${name}.${part}.${array}`, tensor);
    }
  };
  put('users', learner.users, users);
  put('anchors', learner.anchors, users);
  put('context', learner.context, users);
  put('movies', learner.movies, movies);
  for (const node of ['user', 'movie'] as const) {
    for (const [array, values] of Object.entries(priors[node])) putArray(tensors, `${name}.prior.${node}.${array}`, values.slice());
  }
  putArray(tensors, `${name}.prior.implicitMean`, priors.implicitMean.slice());
  const { m0, noiseVariance, g0, c1, c2 } = learner;
  putArray(tensors, `${name}.scalars`, Float64Array.of(m0, noiseVariance, g0, c1, c2, priors.startShare, priors.spread));
}

function loadMember(file: TensorFile, { name, factors, seed }: MemberMetadata): Member {
  const constants = MEMBER_RULES[name];
  if (constants === undefined) throw new Error(`it has a member ${name}, which this version does not know`);
  const floats = (part: string) => arrayOf(file, `${name}.${part}`) as Float64Array;
  const prior = (node: string): NodePrior => ({
    mean: floats(`prior.${node}.mean`),
    variance: floats(`prior.${node}.variance`),
    sideMean: floats(`prior.${node}.sideMean`),
    sideVariance: floats(`prior.${node}.sideVariance`),
  });
  const [m0, noiseVariance, g0, c1, c2, startShare, spread] = floats('scalars');
  const priors: MemberPriors = {
    user: prior('user'),
    movie: prior('movie'),
    implicitMean: floats('prior.implicitMean'),
    startShare: startShare!,
    spread: spread!,
  };
  const member = new Member(factors, constants, priors, seed);
  Object.assign(member.learner, { m0, noiseVariance, g0, c1, c2 });
  const { learner } = member;
  for (const [part, rows] of Object.entries({
    users: learner.users,
    anchors: learner.anchors,
    context: learner.context,
    movies: learner.movies,
  })) {
    for (const [array, values] of Object.entries(rows) as [string, Rows][]) values.put(floats(`${part}.${array}`));
  }
  member.addStrangers(floats('context.eta').length, floats('movies.eta').length);
  return member;
}

function putArray(tensors: Map<string, Tensor>, name: string, data: TensorData): void {
  tensors.set(name, { shape: [data.length], data });
}

function arrayOf(file: TensorFile, name: string): TensorData {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`it lacks the tensor ${name}`);
  return tensor.data;
}

function jsonOf<T>(file: TensorFile, name: string): T {
  return JSON.parse(new TextDecoder().decode(arrayOf(file, name) as Uint8Array)) as T;
}
