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
}

/** Streams that no people make, by what they do. */
export const STREAMS: Record<string, (community: Community, count: number) => HostileWrite[]> = {
  'one user flips between 1 and 5': ({ films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: 'flipper', movieId: films[0]!, rating: turn % 2 === 0 ? 1 : 5 })),
  'one user rates and withdraws': ({ films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: 'doubter', movieId: films[0]!, rating: turn % 2 === 0 ? 5 : null })),
  'new users, a rating each': ({ films }, count) => {
    const random = new Random(3);
    return Array.from({ length: count }, (_, turn) => ({
      userId: `new-${turn}`,
      movieId: films[random.below(films.length)]!,
      rating: 1 + random.below(9) / 2,
    }));
  },
  'one film is rated by everybody': ({ users, films }, count) =>
    Array.from({ length: count }, (_, turn) => ({ userId: users[turn] ?? `crowd-${turn}`, movieId: films[1]!, rating: 1 })),
  'only extremes': ({ films }, count) => {
    const random = new Random(4);
    return Array.from({ length: count }, (_, turn) => ({
      userId: `extreme-${turn % 200}`,
      movieId: films[random.below(films.length)]!,
      rating: random.below(2) === 0 ? 1 : 5,
    }));
  },
};
