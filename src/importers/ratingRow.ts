import type { Timestamp } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkId, checkRatedAt } from '../validation.ts';
import type { RatingRow } from './source.ts';

/** Makes rows of a file's fields by the rules of the service; the scale is checked later, when it is known. */
export class RatingRowReader {
  private readonly now: Timestamp;
  /** Every id once, so that each is checked once and held once. */
  private readonly userIds = new Map<string, string>();
  private readonly movieIds = new Map<string, string>();

  /** @param now milliseconds since 1970 */
  constructor(now: Timestamp) {
    this.now = now;
  }

  /**
   * @param fields user, movie, rating and, where the file has it, time in seconds since 1970
   * @param expected names of the fields
   * @throws RequestError that says what is wrong
   */
  read(fields: readonly string[], expected: readonly string[], line: number): RatingRow {
    if (fields.length !== expected.length) {
      throw badInput('line', `${fields.length} fields instead of ${expected.length} (${expected.join(', ')}).`);
    }
    const [userId, movieId, rating, timestamp = ''] = fields as [string, string, string, string?];
    const row = {
      userId: checkedOnce(this.userIds, 'userId', userId.trim()),
      movieId: checkedOnce(this.movieIds, 'movieId', movieId.trim()),
      rating: numberOf('rating', rating),
      ratedAt: timestamp.trim() === '' ? null : Math.round(1000 * numberOf('timestamp', timestamp)),
      line,
    };
    checkRatedAt(row.ratedAt, this.now);
    return row;
  }
}

/** @throws RequestError unless `text` is a finite number in decimal digits */
export function numberOf(argument: string, text: string): number {
  const value = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw badInput(argument, `${argument} ${JSON.stringify(text.slice(0, 40))} is not a number.`);
  return value;
}

function checkedOnce(known: Map<string, string>, argument: string, id: string): string {
  const held = known.get(id);
  if (held !== undefined) return held;
  checkId(argument, id);
  known.set(id, id);
  return id;
}
