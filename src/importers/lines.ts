const LINE_FEED = 0x0a;
/** A line beyond this many bytes can hold nothing that is read. */
export const LONGEST_LINE = 2 ** 20;
const NOTHING = new Uint8Array();

/**
 * A stream of bytes in blocks of whole lines, each ended by a line feed. Null stands for one line longer than `LONGEST_LINE`,
 * whose bytes are dropped as they come: no line, however long, is held in memory.
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | null> {
  let rest: Uint8Array = NOTHING;
  let dropping = false;
  for await (const chunk of chunks) {
    let start = 0;
    if (dropping) {
      start = chunk.indexOf(LINE_FEED) + 1;
      if (start === 0) continue;
      dropping = false;
    }
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > start) {
      yield joined(rest, chunk.subarray(start, end));
      rest = NOTHING;
      start = end;
    }
    rest = joined(rest, chunk.subarray(start));
    if (rest.length > LONGEST_LINE) {
      yield null;
      rest = NOTHING;
      dropping = true;
    }
  }
  if (rest.length > 0) yield joined(rest, Uint8Array.of(LINE_FEED));
}

/** The start and the end of each line in a block, without its line feed. */
export function* linesOf(block: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(LINE_FEED, start);
    yield block.subarray(start, end);
    start = end + 1;
  }
}

/** Always a copy: a stream may use its chunk again. */
function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
