import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTensors, encodeTensors, type Tensor, type TensorFile, TensorFileError } from '../../../src/engine/training/tensorFile.ts';

const SAMPLE: TensorFile = {
  tensors: new Map<string, Tensor>([
    ['bytes', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['numbers', { shape: [2, 2], data: Float64Array.of(0.1, -0, Number.NaN, Infinity) }],
    ['indices', { shape: [3, 1], data: Int32Array.of(-1, 0, 2 ** 31 - 1) }],
    ['none', { shape: [0, 5], data: new Float64Array(0) }],
  ]),
  metadata: { note: 'héllo "quoted"', zeros: '0'.repeat(64) },
};

function bytesOf(file: TensorFile): Uint8Array {
  return Buffer.concat(encodeTensors(file).chunks);
}

/** A file in this layout that somebody else wrote. */
function foreign(header: string): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header)]);
}

describe('a tensor file', () => {
  it('gives back every type, shape and word that was put into it', () => {
    const { tensors, metadata } = decodeTensors(bytesOf(SAMPLE));
    expect(tensors).toEqual(SAMPLE.tensors);
    expect(metadata).toMatchObject(SAMPLE.metadata);
  });

  it('gives back any arrays, wherever they and the file lie in memory', () => {
    const data = fc.oneof(
      fc.float64Array({ maxLength: 9 }),
      fc.int32Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
      // A part of a larger buffer, as a slice of a growing array is.
      fc.uint8Array({ minLength: 4, maxLength: 9 }).map((bytes) => bytes.subarray(1, 3)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), data), fc.nat(7), (arrays, shift) => {
        const names = Object.entries(arrays).filter(([name]) => !name.startsWith('__')); // `__metadata__` is taken
        const tensors = new Map(names.map(([name, values]): [string, Tensor] => [name, { shape: [values.length], data: values }]));
        const bytes = bytesOf({ tensors, metadata: {} });
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        expect(decodeTensors(moved.subarray(shift)).tensors).toEqual(tensors);
      }),
      { numRuns: 100 },
    );
  });

  it('has the header of safetensors: aligned, and tensors that follow each other without a gap', () => {
    const bytes = bytesOf(SAMPLE);
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const { __metadata__: metadata, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(Object.values(metadata as object).every((value) => typeof value === 'string')).toBe(true);
    const sizes: Record<string, number> = { F64: 8, I32: 4, U8: 1 };
    let end = 0;
    for (const { dtype, shape, data_offsets: offsets } of Object.values(entries) as {
      dtype: string;
      shape: number[];
      data_offsets: number[];
    }[]) {
      expect(offsets[0]).toBe(end);
      expect(offsets[0]! % sizes[dtype]!).toBe(0);
      expect(offsets[1]! - offsets[0]!).toBe(sizes[dtype]! * shape.reduce((product, size) => product * size, 1));
      end = offsets[1]!;
    }
    expect(8 + length + end).toBe(bytes.length);
  });

  it('has the same bytes for the same content, and another hash for other content', () => {
    expect(bytesOf(SAMPLE)).toEqual(bytesOf({ ...SAMPLE }));
    const { sha256 } = encodeTensors(SAMPLE);
    expect(encodeTensors({ ...SAMPLE, metadata: { note: 'other' } }).sha256).not.toBe(sha256);
    expect(encodeTensors({ ...SAMPLE, tensors: new Map([...SAMPLE.tensors].slice(1)) }).sha256).not.toBe(sha256);
  });

  it('is refused when it is cut off anywhere, or has something after its end', () => {
    const bytes = bytesOf(SAMPLE);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeTensors(bytes.subarray(0, length))).toThrow(TensorFileError);
    }
    expect(() => decodeTensors(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(TensorFileError);
  });

  it('is refused when any one bit is another, in the header as in the tensors', () => {
    const bytes = bytesOf(SAMPLE);
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const altered = Uint8Array.from(bytes);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeTensors(altered)).toThrow(TensorFileError);
    }
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['null', 'null'],
    ['an empty header', '{}'],
    ['no metadata', '{"a":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}}'],
    ['metadata without a hash', '{"__metadata__":{"format":"pt"}}'],
    ['metadata of another kind', '{"__metadata__":null,"a":1}'],
    ['a hash of nothing', `{"__metadata__":{"sha256":"${'a'.repeat(64)}"}}`],
    ['a hash that is not written as it reads', `{"__metadata__":{"sha256":"${'\\u0061'.repeat(64)}"}}`],
  ])('is refused when another program wrote it: %s', (_, header) => {
    expect(() => decodeTensors(foreign(header))).toThrow(TensorFileError);
  });
});
