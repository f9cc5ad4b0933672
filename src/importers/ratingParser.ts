import type { RatingScale, Timestamp } from '../domain.ts';
import { badInput, RequestError } from '../errors.ts';
import { checkRatedAt, checkRating } from '../validation.ts';
import type { ByteIds } from './byteIds.ts';
import { splitCsvLine } from './csvLine.ts';
import { shown, utf8 } from './encoding.ts';
import { millisecondsOf, numberOf, timeOf } from './fieldText.ts';
import { plainNumber } from './plainNumber.ts';
import type { RatingList } from './ratingList.ts';
import type { Rejects } from './rejects.ts';

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE] = [0x09, 0x0a, 0x0d, 0x20, 0x22];
/** Bytes of a rejected line that are shown. */
const SHOWN = 500;

/** How the lines of a file of ratings look. */
export interface RatingLayout {
  /** One character, or the same one twice. */
  readonly delimiter: string;
  /** Names of all columns; every line has as many fields. */
  readonly names: readonly string[];
  /** Places of the columns that are read. */
  readonly user: number;
  readonly movie: number;
  readonly rating: number;
  /** -1: the file has no times. */
  readonly time: number;
  /** Whether fields may be quoted, as in a CSV file. */
  readonly quotes: boolean;
}

export interface RatingRules {
  /** Null: every number is a rating. */
  readonly scale: RatingScale | null;
  /** Milliseconds since 1970; later times are rejected. */
  readonly now: Timestamp;
}

/**
 * Reads lines of ratings from bytes. What files have millions of (plain ids, ratings and whole seconds) never becomes a string;
 * quoted, signed or otherwise unusual fields take a slower way to the same result.
 */
export class RatingParser {
  readonly #file: string;
  readonly #layout: RatingLayout;
  readonly #rules: RatingRules;
  readonly #list: RatingList;
  readonly #rejects: Rejects;
  readonly #starts: Int32Array; // [columns] of the fields of the present line
  readonly #ends: Int32Array; // [columns]
  /** Of the line read last. */
  #line: number;

  /** @param line the number of the last line before the first block */
  constructor(file: string, layout: RatingLayout, rules: RatingRules, list: RatingList, rejects: Rejects, line: number) {
    this.#file = file;
    this.#layout = layout;
    this.#rules = rules;
    this.#list = list;
    this.#rejects = rejects;
    this.#line = line;
    this.#starts = new Int32Array(layout.names.length);
    this.#ends = new Int32Array(layout.names.length);
  }

  /** @param block whole lines, each ended by a line feed; null: a line that is too long for any use */
  read(block: Uint8Array | null): void {
    if (block === null) {
      this.#line += 1;
      this.#reject('The line is longer than a million bytes.', '');
      return;
    }
    for (let start = 0; start < block.length; ) start = this.#readLine(block, start) + 1;
  }

  /** @returns where the line ends */
  #readLine(bytes: Uint8Array, start: number): number {
    const { delimiter, quotes } = this.#layout;
    const [starts, ends] = [this.#starts, this.#ends];
    const separator = delimiter.charCodeAt(0);
    const width = delimiter.length;
    let fields = 0;
    let isQuoted = false;
    let at = start;
    starts[0] = start;
    // A field beyond the expected ones falls off the end of both arrays; it only counts.
    for (let byte = bytes[at]!; byte !== LINE_FEED; byte = bytes[at]!) {
      if (byte === separator && (width === 1 || bytes[at + 1] === separator)) {
        ends[fields] = at;
        fields += 1;
        at += width;
        starts[fields] = at;
      } else {
        if (byte === QUOTE && quotes) isQuoted = true;
        at += 1;
      }
    }
    ends[fields] = at;
    this.#line += 1;
    this.#addRow(bytes, start, at, isQuoted ? null : fields + 1);
    return at;
  }

  /** @param fields how many; null: some are quoted */
  #addRow(bytes: Uint8Array, start: number, end: number, fields: number | null): void {
    try {
      if (fields === null) this.#addQuoted(bytes.subarray(start, end));
      else if (fields === this.#layout.names.length) this.#addPlain(bytes);
      else if (shown(bytes.subarray(start, end)).trim() !== '') throw this.#wrongFields(fields);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#reject(error.message, shown(bytes.subarray(start, Math.min(end, start + SHOWN))));
    }
  }

  #addPlain(bytes: Uint8Array): void {
    const { user, movie, rating, time } = this.#layout;
    const level = this.#levelOf(this.#numberIn(bytes, rating));
    const at = time === -1 ? Number.NaN : this.#timeIn(bytes, time);
    this.#list.add(this.#idIn(bytes, user, this.#list.users), this.#idIn(bytes, movie, this.#list.movies), level, at);
  }

  #idIn(bytes: Uint8Array, column: number, ids: ByteIds): number {
    let [start, end] = [this.#starts[column]!, this.#ends[column]!];
    while (start < end && isSpace(bytes[start]!)) start += 1;
    while (start < end && isSpace(bytes[end - 1]!)) end -= 1;
    return ids.numberOf(bytes, start, end);
  }

  #numberIn(bytes: Uint8Array, column: number): number {
    const plain = plainNumber(bytes, this.#starts[column]!, this.#ends[column]!);
    return Number.isNaN(plain) ? numberOf('rating', this.#textOf(bytes, column)) : plain;
  }

  #timeIn(bytes: Uint8Array, column: number): number {
    const plain = plainNumber(bytes, this.#starts[column]!, this.#ends[column]!);
    return this.#checked(Number.isNaN(plain) ? timeOf(this.#textOf(bytes, column)) : millisecondsOf(plain));
  }

  #textOf(bytes: Uint8Array, column: number): string {
    return shown(bytes.subarray(this.#starts[column], this.#ends[column]));
  }

  #addQuoted(line: Uint8Array): void {
    const { delimiter, names, user, movie, rating, time } = this.#layout;
    const fields = splitCsvLine(utf8(line).replace(/\r$/, ''), delimiter);
    if (fields.length !== names.length) throw this.#wrongFields(fields.length);
    const level = this.#levelOf(numberOf('rating', fields[rating]!));
    const at = time === -1 ? Number.NaN : this.#checked(timeOf(fields[time]!));
    this.#list.add(numberOfText(this.#list.users, fields[user]!), numberOfText(this.#list.movies, fields[movie]!), level, at);
  }

  #levelOf(rating: number): number {
    const known = this.#list.levelOf(rating);
    if (known !== undefined) return known;
    if (this.#rules.scale !== null) checkRating(this.#rules.scale, rating);
    return this.#list.addLevel(rating);
  }

  /** @param time milliseconds; NaN: unknown */
  #checked(time: number): number {
    if (!Number.isNaN(time)) checkRatedAt(time, this.#rules.now);
    return time;
  }

  #wrongFields(found: number): RequestError {
    const { names } = this.#layout;
    const hint = found === names.length + 1 ? ' A decimal comma? Write 3.5, not 3,5.' : '';
    return badInput('line', `${found} ${found === 1 ? 'field' : 'fields'} instead of ${names.length} (${names.join(', ')}).${hint}`);
  }

  #reject(reason: string, text: string): void {
    this.#rejects.add({ file: this.#file, line: this.#line, reason, text });
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === RETURN || byte === TAB;
}

function numberOfText(ids: ByteIds, id: string): number {
  const bytes = Buffer.from(id);
  return ids.numberOf(bytes, 0, bytes.length);
}
