import Database from 'better-sqlite3';
import { stateAfterRestart, stateFromLog } from '../states.ts';
import { type Ledger, pairOf, type Write } from './writers.ts';

/** What is wrong with a database after its server was killed. */
export interface Verdict {
  readonly acknowledged: number;
  /** Acknowledged writes of which the log, or the present rating, does not know. */
  readonly lost: number;
  /** Requests with more than one event, and pairs of user and movie with more than one rating. */
  readonly twice: number;
  /** 1 when the state after a restart is not that of the log alone. */
  readonly otherState: number;
  /** Repeated requests that were not answered as the first time. */
  wrongRepeats: number;
}

export function judge(db: string, ledger: Ledger): Verdict {
  const restarted = stateAfterRestart(db);
  const folded = stateFromLog(db);
  const file = new Database(db, { readonly: true });
  try {
    return {
      acknowledged: ledger.acknowledged.size,
      lost: lostEvents(file, ledger) + lostRatings(file, ledger),
      twice: countOf(
        file,
        'SELECT count(*) FROM (SELECT 1 FROM events WHERE request_id IS NOT NULL GROUP BY request_id HAVING count(*) > 1)',
      ),
      otherState: restarted === folded ? 0 : 1,
      wrongRepeats: 0,
    };
  } finally {
    file.close();
  }
}

function countOf(file: Database.Database, query: string): number {
  return file.prepare<[], number>(query).pluck().get()!;
}

/** Acknowledged requests without the event that the answer named. */
function lostEvents(file: Database.Database, { acknowledged }: Ledger): number {
  const sequenceOf = file
    .prepare<[string, string], number>(
      `SELECT sequence FROM events WHERE request_id = ? UNION ALL SELECT sequence FROM repeated_requests WHERE request_id = ?`,
    )
    .pluck();
  return [...acknowledged].filter(([request, { sequence }]) => sequenceOf.get(request, request) !== sequence).length;
}

/** Pairs whose rating is neither the last acknowledged one nor one that was on its way. */
function lostRatings(file: Database.Database, { last, open }: Ledger): number {
  // The log alone: that the store says the same of its tables is tested with the store. Of the columns, SQLite takes the newest row's.
  const rows = file
    .prepare<[], [user: string, movie: string, rating: number | null]>(
      `SELECT users.id, movies.id, rating, max(sequence) FROM events JOIN users USING (user_key) JOIN movies USING (movie_key)
       WHERE kind IN ('rated', 'withdrawn') GROUP BY user_key, movie_key`,
    )
    .raw()
    .all();
  const stored = new Map(rows.map(([user, movie, rating]) => [pairOf({ user, movie }), rating]));
  const onTheirWay = new Map([...open.values()].map((write) => [pairOf(write), write]));
  const isThere = (write: Write | undefined, rating: number | null) => write !== undefined && write.rating === rating;
  return [...last].filter(([pair, write]) => {
    const rating = stored.get(pair) ?? null;
    return !isThere(write, rating) && !isThere(onTheirWay.get(pair), rating);
  }).length;
}
