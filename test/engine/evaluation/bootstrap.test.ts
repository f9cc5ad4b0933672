import { describe, expect, it } from 'vitest';
import { compareModels } from '../../../src/engine/evaluation/bootstrap.ts';
import { Random } from '../../../src/engine/math/random.ts';

const ROWS = 4_000;
const USERS = 200;
const u = Int32Array.from({ length: ROWS }, (_, row) => row % USERS);

/** Squared errors N(0, std²)², and those of another model that are `worse` times as large on average. */
function errors(worse: number, shared: number, seed: number): Map<string, Float64Array> {
  const random = new Random(seed);
  const one = new Float64Array(ROWS);
  const other = new Float64Array(ROWS);
  for (let row = 0; row < ROWS; row += 1) {
    const common = random.normal();
    one[row] = (shared * common + (1 - shared) * random.normal()) ** 2;
    other[row] = worse * (shared * common + (1 - shared) * random.normal()) ** 2;
  }
  return new Map([
    ['one', one],
    ['other', other],
  ]);
}

describe('the paired bootstrap', () => {
  it('calls a difference real where there is one, and says which way', () => {
    const [found] = compareModels(u, errors(1.3, 0.9, 1), 1);
    expect(found).toMatchObject({ model: 'other', against: 'one', isReal: true });
    expect(found!.difference).toBeGreaterThan(found!.low);
    expect(found!.difference).toBeLessThan(found!.high);
    expect(found!.low).toBeGreaterThan(0);
  });

  it('calls about one in twenty differences real where there is none', () => {
    let real = 0;
    for (let seed = 0; seed < 100; seed += 1) if (compareModels(u, errors(1, 0.5, seed), seed)[0]!.isReal) real += 1;
    expect(real).toBeLessThanOrEqual(12); // of 100, 5 expected, three standard errors 6.5
  });

  it('has the width that the delta method says', () => {
    // Independent rows: the difference of mean squares has deviation s/√n, that of roots about half of it over the root.
    const [found] = compareModels(Int32Array.from(u.keys()), errors(1, 0.5, 3), 3);
    const [one, other] = [...errors(1, 0.5, 3).values()] as [Float64Array, Float64Array];
    const differences = one.map((value, row) => other[row]! - value);
    const mean = differences.reduce((sum, value) => sum + value, 0) / ROWS;
    const deviation = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ROWS);
    const root = Math.sqrt(one.reduce((sum, value) => sum + value, 0) / ROWS);
    const expected = (2 * 1.96 * deviation) / Math.sqrt(ROWS) / (2 * root);
    expect((found!.high - found!.low) / expected).toBeGreaterThan(0.9);
    expect((found!.high - found!.low) / expected).toBeLessThan(1.1);
  });

  it('is wider where the errors of a user are alike', () => {
    const alike = new Map(Array.from(errors(1, 0.5, 5), ([name, squares]) => [name, squares.map((_, row) => squares[row % USERS]!)]));
    const byUser = compareModels(u, alike, 1)[0]!;
    const byRow = compareModels(Int32Array.from(u.keys()), alike, 1)[0]!;
    expect((byUser.high - byUser.low) / (byRow.high - byRow.low)).toBeGreaterThan(3); // √20 = 4.5
  });

  it('finds no difference between a model and itself, and nothing real in one user', () => {
    const one = errors(1, 0.5, 1).get('one')!;
    const twice = new Map([
      ['a', one],
      ['b', one],
    ]);
    expect(compareModels(u, twice, 1)).toEqual([{ model: 'b', against: 'a', difference: 0, low: 0, high: 0, isReal: false }]);
    expect(compareModels(new Int32Array(ROWS), errors(9, 0.5, 1), 1)[0]!.isReal).toBe(false);
  });

  it('is the same for the same seed, and names every pair once', () => {
    const three = new Map([...errors(1.1, 0.5, 1), ['third', errors(1, 0, 2).get('one')!] as const]);
    const pairs = compareModels(u, three, 1);
    expect(pairs.map(({ model, against }) => `${model} ${against}`)).toEqual(['other one', 'third one', 'third other']);
    expect(compareModels(u, three, 1)).toEqual(pairs);
  });
});
