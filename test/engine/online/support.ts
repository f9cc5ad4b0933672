import type { EventBody, LogEvent } from '../../../src/domain.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { type SyntheticOptions, syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { type LiveModel, SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import type { MovieRows, UserRows } from '../../../src/engine/online/memberState.ts';
import type { Field } from '../../../src/engine/online/nodeRecords.ts';
import { fitLiveModel } from '../../../src/engine/training/fit.ts';
import { restoreSnapshot, takeSnapshot } from '../../../src/engine/training/snapshot.ts';
import { decodeTensors, encodeTensors, type TensorFile } from '../../../src/engine/training/tensorFile.ts';

const GENRES = ['Comedy', 'Drama', 'War'];

/** The log of a table: its scale, what is known of users and movies, then its ratings; sequences from 1, without gaps. */
export function logOf({ scale, users, movies, u, i, r, time }: RatingTable): LogEvent[] {
  const bodies: EventBody[] = [
    { kind: 'scale', scale },
    ...users.map((user): EventBody => ({ kind: 'userPut', user })),
    ...movies.map((movie): EventBody => ({ kind: 'moviePut', movie })),
    ...Array.from(r, (rating, t): EventBody => {
      return { kind: 'rated', userId: users[u[t]!]!.id, movieId: movies[i[t]!]!.id, rating, ratedAt: time[t]! * 1000 };
    }),
  ];
  return bodies.map((body, at) => ({ sequence: at + 1, at: 0, requestId: null, body }));
}

/** Synthetic ratings with genres, years, ages and genders that say nothing. */
export function syntheticTable(options: SyntheticOptions, seed: number): RatingTable {
  const { table } = syntheticRatings(options, seed);
  return {
    ...table,
    users: table.users.map((user, u) => ({ ...user, age: u % 3 === 0 ? null : 15 + (u % 50), gender: u % 2 === 0 ? 'F' : 'M' })),
    movies: table.movies.map((movie, i) => ({ ...movie, year: 1950 + (i % 50), genres: [GENRES[i % 3]!] })),
  };
}

/** A model fitted to a log, as of its last event. @param members those that make `mf` unless told otherwise */
export function fittedTo(log: readonly LogEvent[], members = SERVED_MEMBERS): LiveModel {
  const data = new LiveData({ min: 1, max: 5, step: 0.5 });
  for (const event of log) data.fold(event);
  return fitLiveModel(data, { version: 1, sequence: log.length }, { seed: 1, members });
}

/** Writes events on, one sequence after the other. */
export function applyAll(model: LiveModel, bodies: readonly EventBody[]): void {
  for (const body of bodies) model.apply(model.sequence + 1, body);
}

export function rated(userId: string, movieId: string, rating: number, seconds: number | null = null): EventBody {
  return { kind: 'rated', userId, movieId, rating, ratedAt: seconds === null ? null : seconds * 1000 };
}

/** Ratings new, changed, repeated and withdrawn, and things newly said of users and movies, known and new. */
export function randomEvents(count: number, seed: number, users: number, movies: number): EventBody[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, at): EventBody => {
    const userId = `u${random.below(users)}`;
    const movieId = `m${random.below(movies)}`;
    const kind = random.uniform();
    const genres = GENRES.filter(() => random.uniform() < 0.4);
    if (kind < 0.12) return { kind: 'withdrawn', userId, movieId };
    if (kind < 0.15) return { kind: 'userPut', user: { id: userId, age: 10 + random.below(60), gender: 'F', occupation: null } };
    if (kind < 0.18) return { kind: 'moviePut', movie: { id: movieId, title: 'T', year: 1930 + random.below(90), genres } };
    return rated(userId, movieId, 1 + random.below(9) / 2, random.uniform() < 0.1 ? null : 2e9 + 20 * at);
  });
}

/** A copy that shares nothing, through the bytes of a file. */
export function copyOf(model: LiveModel): LiveModel {
  return restoreSnapshot(decodeTensors(bytesOf(model)));
}

export function bytesOf(model: LiveModel): Uint8Array {
  return Buffer.concat(encodeTensors(takeSnapshot(model, 'settings')).chunks);
}

/** Everything that a model holds but its sequence. */
export function stateOf(model: LiveModel): TensorFile['tensors'] {
  return takeSnapshot(model, 'settings').tensors;
}

/** A user's side by member and array. @param part what the user is now, or the anchor from which changes are replayed */
export function userSide(model: LiveModel, userId: string, part: 'users' | 'anchors' = 'users'): Record<string, number[]> {
  const u = model.rowOfUser(userId);
  return Object.fromEntries([...model.members].flatMap(([name, { learner }]) => rowsOf(name, learner[part], u)));
}

/** A movie's side by member and array, with the noise terms that all movies share. */
export function movieSide(model: LiveModel, movieId: string): Record<string, number[]> {
  const i = model.rowOfMovie(movieId);
  return Object.fromEntries(
    [...model.members].flatMap(([name, { learner }]) => [
      ...rowsOf(name, learner.movies, i),
      [`${name} noise`, [learner.g0, learner.c1, learner.c2]] as const,
    ]),
  );
}

function rowsOf(name: string, rows: UserRows | MovieRows, node: number): (readonly [string, number[]])[] {
  return Object.entries<Field>({ ...rows }).map(([array, field]) => [`${name} ${array}`, [...field.read(node)]]);
}
