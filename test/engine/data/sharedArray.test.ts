import { expect, it } from 'vitest';
import { sharedCopy } from '../../../src/engine/data/sharedArray.ts';

it('copies a structure with all its arrays of numbers to shared memory, a part of a longer array as that part alone', () => {
  const whole = Float64Array.of(1, 2.5, Number.NaN, 4);
  const original = {
    name: 'ratings',
    none: null,
    part: whole.subarray(1, 3),
    sides: [{ ptr: Int32Array.of(0, 3) }, { ptr: Uint8Array.of(7) }],
    narrow: Float32Array.of(0.5),
    start: [0, 4],
  };
  const copy = sharedCopy(original);
  expect(copy).toEqual(original);
  for (const array of [copy.part, copy.narrow, ...copy.sides.map(({ ptr }) => ptr)]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(copy.part.buffer.byteLength).toBe(16);
  whole[1] = 9;
  expect(copy.part[0]).toBe(2.5);
});
