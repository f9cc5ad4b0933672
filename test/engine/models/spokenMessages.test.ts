import { describe, expect, it } from 'vitest';
import { type AttentionWeights, startingWeights } from '../../../src/engine/kernels/attentionParameters.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { AttentionRow, writeMessage } from '../../../src/engine/models/attentionRow.ts';
import { SpokenMessages } from '../../../src/engine/models/spokenMessages.ts';

const LEVELS = 3;
const MOST = 20;

function randomWeights(dimension: number, heads: number, random: Random): AttentionWeights {
  const { flat, weights } = startingWeights({ userInputs: 4, movieInputs: 4, levels: LEVELS, dimension, heads }, random);
  for (let at = 0; at < flat.length; at += 1) flat[at]! += 0.3 * random.normal();
  return weights;
}

describe.each([
  [4, 1],
  [8, 2],
  [12, 3],
  [32, 4],
])('messages of %d columns and %d heads in a WebAssembly memory', (dimension, heads) => {
  const random = new Random(dimension);
  const weights = randomWeights(dimension, heads, random);
  const normals = () => Float64Array.from({ length: dimension }, () => random.normal());
  const spoken = new SpokenMessages(weights, MOST);
  const speak = (m: number) => writeMessage(weights.users, normals(), m % LEVELS, spoken, m);
  const row = new AttentionRow(weights.users, weights, MOST);

  /** The row by the code, and by the plain loops. */
  function both(h: Float64Array, heard: Int32Array, n: number): [Float64Array, Float64Array] {
    const { T, key, power } = spoken;
    const [byCode, byLoops] = [new Float64Array(dimension + 1).fill(7), new Float64Array(dimension + 1).fill(7)];
    row.write(h, spoken, heard, n, byCode, 1);
    row.write(h, { T, key, power }, heard, n, byLoops, 1);
    return [byCode, byLoops];
  }

  it('give the same row as the plain loops, bit for bit, however many are heard and after there is more room', () => {
    let messages = 0;
    for (const room of [5, 6, 40, 200]) {
      spoken.reserve(room);
      for (; messages < room; messages += 1) speak(messages);
      for (const n of [0, 1, 2, 3, 17, MOST]) {
        const heard = Int32Array.from({ length: MOST }, () => random.below(room));
        const [byCode, byLoops] = both(normals(), heard, n);
        expect(byCode).toEqual(byLoops);
        expect(byCode.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('fall back to logarithms where a power is too large or too small for a number, for the heads alone that need it', () => {
    for (const key of [900, -4_900]) {
      spoken.key[heads - 1] = key;
      spoken.power[2 * heads - 2] = Math.exp(key);
      spoken.power[2 * heads - 1] = Math.exp(0.2 * key);
      const [byCode, byLoops] = both(normals(), Int32Array.of(0), 1);
      expect(byCode).toEqual(byLoops);
      expect(byCode.every(Number.isFinite)).toBe(true);
    }
  });
});
