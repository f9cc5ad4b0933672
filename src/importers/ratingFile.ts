import type { RatingColumns } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { shown } from './encoding.ts';
import type { FileSet } from './files.ts';
import { lineBlocks } from './lines.ts';
import { RatingList } from './ratingList.ts';
import { type RatingLayout, RatingParser } from './ratingParser.ts';
import type { ReadOptions } from './source.ts';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LINE_FEED = 0x0a;
/** How many more rows than the first ones promise are expected: later ids are longer rather than shorter. */
const SPARE = 1.1;
/** Bytes that say how long lines are. */
const TELLING = 2 ** 16;

/**
 * Reads a file of ratings.
 * @param layoutOf the layout by the file's first line; `header` says whether that line is a header rather than a rating
 * @throws CommandError when the file is empty or not text, and what `layoutOf` throws
 */
export async function readRatings(
  files: FileSet,
  name: string,
  layoutOf: (firstLine: string) => { layout: RatingLayout; header: boolean },
  { now, scale, rejects, onProgress = () => {} }: ReadOptions,
): Promise<RatingColumns> {
  const list = new RatingList();
  const size = files.size(name);
  let parser: RatingParser | null = null;
  let bytes = 0;
  for await (const block of textBlocks(files, name)) {
    let rows = block;
    if (parser === null) {
      const { layout, header } = layoutOf(firstLineOf(block));
      parser = new RatingParser(name, layout, { now, scale }, list, rejects, header ? 1 : 0);
      if (header) rows = block === null ? new Uint8Array() : block.subarray(block.indexOf(LINE_FEED) + 1);
    }
    parser.read(rows);
    if (bytes === 0 && block !== null && block.length >= TELLING) list.reserve(Math.ceil((SPARE * list.count * size) / block.length));
    bytes += block?.length ?? 0;
    onProgress(bytes, size, list.count);
  }
  return list.take();
}

/** The first line of a file without a byte order mark; what is too long for a line is "". @throws CommandError as `readRatings` */
export async function readFirstLine(files: FileSet, name: string): Promise<string> {
  for await (const block of textBlocks(files, name)) return firstLineOf(block);
  return '';
}

/** The blocks of a file's lines, without a byte order mark. @throws CommandError when the file is empty or not text */
export async function* textBlocks(files: FileSet, name: string): AsyncGenerator<Uint8Array | null> {
  let isFirst = true;
  for await (const block of lineBlocks(files.read(name))) {
    if (isFirst && block?.includes(0)) throw new CommandError(`${name} is not a text file in UTF-8: it holds zero bytes.`);
    yield isFirst && block !== null && BYTE_ORDER_MARK.every((byte, at) => block[at] === byte) ? block.subarray(3) : block;
    isFirst = false;
  }
  if (isFirst) throw new CommandError(`${name} is empty.`);
}

function firstLineOf(block: Uint8Array | null): string {
  return block === null ? '' : shown(block.subarray(0, block.indexOf(LINE_FEED))).replace(/\r$/, '');
}
