import { Random } from '../../../src/engine/math/random.ts';

/** One write of somebody who means no good. Rating null: a withdrawal. */
export interface HostileWrite {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number | null;
}

export interface Community {
  readonly users: readonly string[];
  readonly films: readonly string[];
  ratingsOf(film: string): readonly number[];
}

type Stream = (community: Community, count: number) => HostileWrite[];

/** Streams that no people make, by what they do; the others must hardly notice them. */
export const STREAMS: Record<string, Stream> = {
  'one user flips between 1 and 5': ({ films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: 'flipper', movieId: films[0]!, rating: turn % 2 === 0 ? 1 : 5 })),
  'one user rates and withdraws': ({ films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: 'doubter', movieId: films[0]!, rating: turn % 2 === 0 ? 5 : null })),
  'new users, a rating each': ({ films }, count) => {
    const random = new Random(3);
    return Array.from({ length: count }, (_, turn) => ({
      userId: `new-${turn}`,
      movieId: films[random.below(films.length)]!,
      rating: any(random),
    }));
  },
  'one film is rated by everybody, as it was before': ({ users, films, ratingsOf }, count) => {
    const random = new Random(5);
    const before = ratingsOf(films[1]!);
    const rating = () => before[random.below(before.length)]!;
    return Array.from({ length: count }, (_, turn) => ({ userId: users[turn] ?? `crowd-${turn}`, movieId: films[1]!, rating: rating() }));
  },
  'one user gives only extremes': ({ films }, count) => extremes(films, count, 1),
};

/** Streams that are as good as a majority: what they say is learned, because nothing in them says that it is not meant. */
export const MAJORITIES: Record<string, Stream> = {
  'one film is rated at random by everybody': ({ users, films }, count) => {
    const random = new Random(5);
    return Array.from({ length: count }, (_, turn) => ({
      userId: users[turn] ?? `crowd-${turn}`,
      movieId: films[1]!,
      rating: any(random),
    }));
  },
  'one film is rated 1 by everybody': ({ users, films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: users[turn] ?? `crowd-${turn}`, movieId: films[1]!, rating: 1 })),
  '200 users give only extremes, at random': ({ films }, count) => extremes(films, count, 200),
};

function extremes(films: readonly string[], count: number, users: number): HostileWrite[] {
  const random = new Random(4);
  return Array.from({ length: count }, (_, turn) => ({
    userId: `extreme-${turn % users}`,
    movieId: films[random.below(films.length)]!,
    rating: random.below(2) === 0 ? 1 : 5,
  }));
}

function any(random: Random): number {
  return 1 + random.below(9) / 2;
}
