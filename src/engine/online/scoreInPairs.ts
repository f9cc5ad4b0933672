import { FIXED, one, PairFunction, pair, plus, sumOfHalves, times, two } from '../kernels/pairCode.ts';
import { nodeLayout, SHARED } from './nodeLayout.ts';

/**
 * s without mood, m0 + b_u + c_i + p_u·q_i, of one user and all movies, as WebAssembly code that takes two factors at once. The sums are
 * taken as in `Learner.scoreOf`, to the same bits.
 * @param factors an even number
 * @returns a module that exports `scores(address of the user's record, of the first movie's, of the end of the last movie's, of the room for
 * the scores)`; there must be a movie
 */
export function scoreInPairs(factors: number): Uint8Array<ArrayBuffer> {
  const code = new PairFunction(4, 0);
  const [user, first, end, room] = [0, 1, 2, 3].map((index) => code.address(index));
  const mine = code.keep(plus(one(FIXED, SHARED.m0), one(user!, factors)));
  const pq = code.keep(pair(0));
  const movies = { at: first!, step: nodeLayout(factors + 1).size };
  code.until(end!, [movies, { at: room!, step: 1 }], (movie, score) => {
    code.set(pq, pair(0));
    for (let f = 0; f < factors; f += 2) code.set(pq, plus(pq, times(two(user!, f), two(movie!, f))));
    code.storeOne(score!, 0, plus(plus(mine, one(movie!, factors)), sumOfHalves(pq)));
  });
  return code.module('scores', pair(0));
}
