import type { Page, PageRequest } from '../domain.ts';
import { badInput } from '../errors.ts';

/** What a cursor of each listing points at; a cursor of one listing is refused by another. */
export type CursorKind = 'movie' | 'found' | 'user' | 'rating';

/** An opaque place in a listing. */
function encodeCursor(kind: CursorKind, position: number): string {
  return Buffer.from(`${kind}:${position}`).toString('base64url');
}

/**
 * @param start the position before the first row, for a request without a cursor
 * @throws RequestError BAD_USER_INPUT naming `after`
 */
export function decodeCursor(kind: CursorKind, after: string | null, start: number): number {
  if (after === null) return start;
  const match = /^([a-z]+):(\d{1,15})$/.exec(Buffer.from(after, 'base64url').toString());
  if (match?.[1] !== kind) throw badInput('after', 'after is not a cursor of this listing: hand back an endCursor as it came.');
  return Number(match[2]);
}

/**
 * Cuts a page out of rows that were read with one more than asked, which tells whether there is a next page.
 * @param positionOf the place of a row in the listing
 */
export function cutPage<Row, T>(
  rows: readonly Row[],
  request: PageRequest,
  totalCount: number,
  kind: CursorKind,
  positionOf: (row: Row) => number,
  toNode: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, request.first);
  const last = kept.at(-1);
  return {
    nodes: kept.map(toNode),
    hasNextPage: rows.length > kept.length,
    endCursor: last === undefined ? null : encodeCursor(kind, positionOf(last)),
    totalCount,
  };
}
