import { describe, expect, it } from 'vitest';
import type { MovieRecord, UserRecord } from '../../../src/domain.ts';
import type { Vocabulary } from '../../../src/engine/data/sideFeatures.ts';
import { describeMovie, describeUser, type FittedNode, movieInputs, userInputs } from '../../../src/engine/models/nodeFeatures.ts';

const WORDS: Vocabulary = { genders: ['F', 'M'], occupations: ['artist', 'writer'], genres: ['Comedy', 'Drama', 'War'] };
const NODE: FittedNode = { bias: 0.25, eta: 0.4, count: 7 };
const NOBODY: FittedNode = { bias: 0, eta: 0, count: 0 };

/** x of a user, over what an earlier one left. */
function userRow(user: Partial<UserRecord>, node = NODE): number[] {
  const x = new Float64Array(userInputs(WORDS)).fill(99);
  describeUser(WORDS, { id: 'u', age: null, gender: null, occupation: null, ...user }, node, x);
  return [...x];
}

function movieRow(movie: Partial<MovieRecord>, node = NODE): number[] {
  const x = new Float64Array(movieInputs(WORDS)).fill(99);
  describeMovie(WORDS, { id: 'i', title: 'I', year: null, genres: [], ...movie }, node, x);
  return [...x];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => {
    expect(actual[at], `place ${at}`).toBeCloseTo(value, 12);
  });
}

describe('a user in numbers', () => {
  it('is 2 × bias, ln(1 + n) − 3.5, 1, −eta, age/20 − 1.7, gender, and one place for each occupation', () => {
    expectClose(userRow({ age: 44, gender: 'M', occupation: 'writer' }), [0.5, 3 * Math.LN2 - 3.5, 1, -0.4, 0.5, 0.3, 0, 1]);
    expectClose(userRow({ age: 24, gender: 'F', occupation: 'artist' }), [0.5, 3 * Math.LN2 - 3.5, 1, -0.4, -0.5, -0.7, 1, 0]);
  });

  it('has 0 for what is missing or has no word, and nothing of whom was described before', () => {
    expectClose(userRow({}, NOBODY), [0, -3.5, 1, 0, 0, 0, 0, 0]);
    expectClose(userRow({ gender: 'other', occupation: 'unheard of' }, NOBODY), [0, -3.5, 1, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['male', 0.3],
    ['m', 0.3],
    ['Female', -0.7],
    ['', 0],
  ])('has the gender %j at %f', (gender, value) => {
    expect(userRow({ gender })[5]).toBe(value);
  });
});

describe('a movie in numbers', () => {
  it('is 2 × bias, ln(1 + n) − 3, 1, −eta, genres/√(their number), (year − 1990)/10', () => {
    const half = Math.sqrt(0.5);
    expectClose(movieRow({ genres: ['War', 'Comedy'], year: 1975 }), [0.5, 3 * Math.LN2 - 3, 1, -0.4, half, 0, half, -1.5]);
    expectClose(movieRow({ genres: ['Drama'], year: 1996 }), [0.5, 3 * Math.LN2 - 3, 1, -0.4, 0, 1, 0, 0.6]);
  });

  it('has 0 for what is missing, and counts known genres alone', () => {
    expectClose(movieRow({}, NOBODY), [0, -3, 1, 0, 0, 0, 0, 0]);
    expectClose(movieRow({ genres: ['Drama', 'unheard of'] }, NOBODY), [0, -3, 1, 0, 0, 1, 0, 0]);
  });
});

describe('the numbers without any words', () => {
  it('are six of a user and five of a movie', () => {
    const none = { genders: [], occupations: [], genres: [] };
    expect([userInputs(none), movieInputs(none)]).toEqual([6, 5]);
  });
});
