import fc from 'fast-check';
import type { Operation } from './operations.ts';

/** One change of a text of bytes. @param at share of its length */
interface Change {
  readonly kind: 'flip' | 'cut' | 'insert' | 'repeat' | 'truncate';
  readonly at: number;
  readonly bytes: Uint8Array;
}

const CHANGE: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip' as const, 'cut' as const, 'insert' as const, 'repeat' as const, 'truncate' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc.constantFrom(...['{', '}', '[', '"', '\\u0000', '\\ud800', '\r\n\r\n', '$', '...'].map((text) => Buffer.from(text))),
  ),
});

/** The bodies of operations, changed so that they are mostly none any more. */
export function mutatedBodies(operation: fc.Arbitrary<Operation>): fc.Arbitrary<Buffer> {
  return fc.tuple(operation, fc.array(CHANGE, { minLength: 1, maxLength: 6 })).map(([{ query, variables }, changes]) => {
    return changes.reduce(changed, Buffer.from(JSON.stringify({ query, variables })));
  });
}

function changed(body: Buffer, { kind, at, bytes }: Change): Buffer {
  const position = Math.floor(at * body.length);
  const [head, tail] = [body.subarray(0, position), body.subarray(position)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([head, Buffer.from(tail.subarray(0, 1).map((byte) => byte ^ (bytes[0] ?? 1))), tail.subarray(1)]);
    case 'cut':
      return Buffer.concat([head, tail.subarray(bytes.length)]);
    case 'insert':
      return Buffer.concat([head, bytes, tail]);
    case 'repeat':
      return Buffer.concat([head, tail.subarray(0, 64), tail]);
    case 'truncate':
      return Buffer.from(head);
  }
}
