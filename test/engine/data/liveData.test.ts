import { expect, it } from 'vitest';
import type { EventBody } from '../../../src/domain.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import { rated } from '../online/support.ts';

const BODIES: readonly EventBody[] = [
  { kind: 'scale', scale: { min: 0, max: 10, step: 1 } },
  { kind: 'moviePut', movie: { id: 'alien', title: 'Alien', year: 1979, genres: ['Horror'] } },
  rated('ann', 'alien', 9, 100),
  { kind: 'rated', userId: 'ann', movieId: 'brazil', rating: 4, ratedAt: 200_000, onboarding: true },
  { kind: 'notSeen', userId: 'ann', movieId: 'casablanca' },
  rated('bob', 'alien', 2, 300),
  { kind: 'withdrawn', userId: 'ann', movieId: 'brazil' },
];
const LATER: readonly EventBody[] = [
  rated('cy', 'dune', 7, 400),
  { kind: 'notSeen', userId: 'ann', movieId: 'dune' },
  { kind: 'withdrawn', userId: 'bob', movieId: 'alien' },
  { kind: 'moviePut', movie: { id: 'alien', title: 'Alien again', year: 1979, genres: [] } },
];

function fold(data: LiveData, bodies: readonly EventBody[]): LiveData {
  for (const [at, body] of bodies.entries()) data.fold({ sequence: at + 1, at: 0, requestId: null, body });
  return data;
}

const dataOf = (...bodies: EventBody[]) => fold(new LiveData({ min: 1, max: 5, step: 1 }), bodies);

it('a copy holds the same and goes on by itself, and what it came from does, too', () => {
  const original = dataOf(...BODIES);
  const copy = original.copy();
  expect(copy).toEqual(dataOf(...BODIES));
  fold(copy, LATER);
  expect(original).toEqual(dataOf(...BODIES));
  expect(copy).toEqual(fold(dataOf(...BODIES), LATER));
  fold(original, LATER.toReversed());
  expect(copy).toEqual(fold(dataOf(...BODIES), LATER));
});

it('a copy has no room that is not its own: an edge added to one takes no place in the other', () => {
  const original = dataOf(...Array.from({ length: 64 }, (_, n) => rated(`u${n}`, 'm', 3, n)));
  const copy = original.copy();
  copy.rate('new', 'm', 5, 1, 65);
  original.rate('other', 'm', 1, 2, 65);
  expect([copy, original].map(({ ratings }) => [ratings.size, ratings.ratingOf(64)])).toEqual([
    [65, 5],
    [65, 1],
  ]);
});
