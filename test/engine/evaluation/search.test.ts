import { describe, expect, it } from 'vitest';
import { bestOf, search } from '../../../src/engine/evaluation/search.ts';
import { type Point, placeOf, type Range, SPACES, type Space, valueAt } from '../../../src/engine/evaluation/searchSpace.ts';
import { SAMPLED_DEFAULTS } from '../../../src/engine/models/sampled.ts';
import { SGD_DEFAULTS } from '../../../src/engine/models/sgd.ts';
import { VARIATIONAL_DEFAULTS } from '../../../src/engine/models/variational.ts';

const SPACE: Space = {
  rate: { low: 0.001, high: 1, log: true, whole: false },
  size: { low: 1, high: 50, log: true, whole: true },
};
const START: Point = { rate: 1, size: 50 };
/** Lowest, 0, at rate .02 and size 7. */
const bowl = async ({ rate, size }: Point) => Math.log(rate! / 0.02) ** 2 + Math.log(size! / 7) ** 2;

describe('a search', () => {
  it('finds what is better than the start, and then what is better near it', async () => {
    let nearer = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const trials = await search(SPACE, START, 40, seed, bowl);
      expect(trials).toHaveLength(40);
      expect(trials[0]!.point).toEqual(START);
      const random = bestOf(trials.slice(0, 21)).loss;
      expect(random).toBeLessThan(trials[0]!.loss);
      if (bestOf(trials).loss < random) nearer += 1;
    }
    expect(nearer).toBeGreaterThan(15);
  });

  it('stays within the ranges, and at whole numbers where there are no others', async () => {
    for (const { point } of await search(SPACE, START, 100, 2, bowl)) {
      for (const [name, { low, high, whole }] of Object.entries(SPACE)) {
        expect(point[name]).toBeGreaterThanOrEqual(low);
        expect(point[name]).toBeLessThanOrEqual(high);
        if (whole) expect(Number.isInteger(point[name])).toBe(true);
      }
    }
  });

  it('keeps the start unless something is better, and takes nothing that is not finite', async () => {
    const trials = await search(SPACE, START, 10, 3, async (_, trial) => (trial === 0 ? 1 : Number.NaN));
    expect(bestOf(trials).point).toEqual(START);
    expect(bestOf(await search(SPACE, START, 10, 3, async () => 1)).point).toEqual(START);
  });

  it('is the same for the same seed only', async () => {
    expect(await search(SPACE, START, 12, 4, bowl)).toEqual(await search(SPACE, START, 12, 4, bowl));
    expect(await search(SPACE, START, 12, 5, bowl)).not.toEqual(await search(SPACE, START, 12, 4, bowl));
  });
});

describe('the ranges', () => {
  it('have places and values that are each other’s inverse', () => {
    const linear: Range = { low: 0.5, high: 1, log: false, whole: false };
    for (const range of [linear, SPACE.rate!]) for (const at of [0, 0.25, 1]) expect(placeOf(range, valueAt(range, at))).toBeCloseTo(at, 3);
    expect(valueAt(SPACE.size!, 0.5)).toBe(7); // √50
  });

  it.each([
    ['sgd', SGD_DEFAULTS],
    ['variational', VARIATIONAL_DEFAULTS],
    ['sampled', SAMPLED_DEFAULTS],
  ] as const)('hold the defaults of %s', (model, defaults) => {
    const known = new Map<string, unknown>(Object.entries(defaults));
    for (const [name, { low, high }] of Object.entries(SPACES[model])) {
      expect(known.get(name)).toBeGreaterThanOrEqual(low);
      expect(known.get(name)).toBeLessThanOrEqual(high);
    }
  });
});
