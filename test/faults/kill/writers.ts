import type { GraphQLAnswer } from '../../support/graphql.ts';
import { ask } from '../../support/graphql.ts';

const RATE = `mutation ($user: ID!, $movie: ID!, $rating: Float!, $request: ID) {
  rateMovie(userId: $user, movieId: $movie, rating: $rating, requestId: $request) { sequence duplicate }
}`;
const WITHDRAW = `mutation ($user: ID!, $movie: ID!, $request: ID) {
  withdrawRating(userId: $user, movieId: $movie, requestId: $request) { sequence duplicate }
}`;

/** One write, as it was sent. Rating null: a withdrawal. */
export interface Write {
  readonly user: string;
  readonly movie: string;
  readonly rating: number | null;
  readonly request: string;
}

/** What a server must still know after it was killed. */
export interface Ledger {
  /** Sequence of every acknowledged write, by its request. */
  readonly acknowledged: Map<string, { readonly write: Write; readonly sequence: number }>;
  /** The last acknowledged write of each pair of user and movie. */
  readonly last: Map<string, Write>;
  /** Sent and not answered: each may have happened or not. */
  readonly open: Map<string, Write>;
}

export function newLedger(): Ledger {
  return { acknowledged: new Map(), last: new Map(), open: new Map() };
}

export const pairOf = ({ user, movie }: Pick<Write, 'user' | 'movie'>) => `${user} ${movie}`;

/** One writer that rates, changes its mind and takes ratings back, one write after the other, until the server is gone. */
export async function writeOn(server: { url: string }, name: string, films: readonly string[], ledger: Ledger): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const write = writeOf(name, turn, films, ledger);
    ledger.open.set(write.request, write);
    const answer = await send(server, write).catch(() => null);
    if (answer === null) return;
    const result = answer.data?.rateMovie ?? answer.data?.withdrawRating;
    if (result === undefined || result === null) throw new Error(`A write was refused: ${answer.errors[0]?.message}`);
    ledger.open.delete(write.request);
    ledger.acknowledged.set(write.request, { write, sequence: result.sequence });
    ledger.last.set(pairOf(write), write);
  }
}

export function send(server: { url: string }, { user, movie, rating, request }: Write): Promise<GraphQLAnswer> {
  return ask(server, rating === null ? WITHDRAW : RATE, { user, movie, request, ...(rating !== null && { rating }) });
}

/** Mostly new pairs; every seventh turn changes or takes back what this writer rated before. */
function writeOf(name: string, turn: number, films: readonly string[], { last }: Ledger): Write {
  const request = `${name}-${turn}`;
  const user = `${name}-${Math.floor(turn / films.length)}`;
  const rating = 1 + ((turn * 7 + name.length) % 9) / 2;
  const before = last.get(pairOf({ user, movie: films[(turn - 3 + films.length) % films.length]! }));
  if (turn % 7 !== 6 || before === undefined || before.rating === null)
    return { user, movie: films[turn % films.length]!, rating, request };
  if (turn % 2 === 0) return { ...before, rating: null, request };
  return { ...before, rating: before.rating === 5 ? 1 : before.rating + 0.5, request };
}
