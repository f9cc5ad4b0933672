import { join } from 'node:path';
import Database from 'better-sqlite3';
import { filesWith } from '../place.ts';
import { restartAndCompare } from '../states.ts';
import { FORGOTTEN, type Sent } from './recorded.ts';

/** What the clients know at a cut. */
export interface Known {
  /** Sequence of each acknowledged write, by its request. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Users of whom it was acknowledged that they are forgotten. */
  readonly forgotten: ReadonlySet<string>;
}

/** What is wrong with a folder after a power cut and a start; empty when nothing is. */
export function judge(folder: string, known: Known, sent: ReadonlyMap<string, Sent>): string[] {
  const db = join(folder, 'taste.db');
  const wrong: string[] = [];
  try {
    const { restarted, replayed, version, active } = restartAndCompare(db);
    if (restarted !== replayed) wrong.push(`another state: ${restarted} instead of ${replayed}`);
    if (version !== active) wrong.push(`version ${version} serves where the log says ${active}`);
    wrong.push(...wrongRows(db, known, sent));
  } catch (error) {
    wrong.push(`no start: ${(error as Error).message}`);
  }
  return wrong;
}

function wrongRows(db: string, known: Known, sent: ReadonlyMap<string, Sent>): string[] {
  const file = new Database(db);
  try {
    const gone = FORGOTTEN.filter((user) => file.prepare('SELECT 1 FROM users WHERE id = ?').get(user) === undefined);
    return [...lost(file, known, sent, gone), ...twice(file), ...remembered(db, known, gone), ...halfThere(file, known, sent, gone)];
  } finally {
    file.close();
  }
}

/** Acknowledged writes without their event, but for those of users who have gone. */
function lost(file: Database.Database, { acknowledged }: Known, sent: ReadonlyMap<string, Sent>, gone: readonly string[]): string[] {
  const sequenceOf = file
    .prepare<[string, string], number>(
      'SELECT sequence FROM events WHERE request_id = ? UNION ALL SELECT sequence FROM repeated_requests WHERE request_id = ?',
    )
    .pluck();
  const missing = [...acknowledged].filter(([request, sequence]) => {
    const { user } = sent.get(request)!;
    return !gone.includes(user) && sequenceOf.get(request, request) !== sequence;
  });
  return missing.length === 0 ? [] : [`lost: ${missing.map(([request]) => request).join(', ')}`];
}

function twice(file: Database.Database): string[] {
  const count = file
    .prepare<[], number>('SELECT count(*) FROM (SELECT 1 FROM events WHERE request_id IS NOT NULL GROUP BY request_id HAVING count(*) > 1)')
    .pluck();
  return count.get() === 0 ? [] : ['a request was applied twice'];
}

/** Users who have gone and are still found in a file, and those who were said to have gone and are there. */
function remembered(db: string, { forgotten }: Known, gone: readonly string[]): string[] {
  const back = [...forgotten].filter((user) => !gone.includes(user)).map((user) => `${user} is back`);
  const found = [...forgotten].flatMap((user) => filesWith(join(db, '..'), user).map((name) => `${user} is in ${name}`));
  return [...back, ...found];
}

/** Users who are still there, and not with all that was acknowledged. */
function halfThere(file: Database.Database, { acknowledged }: Known, sent: ReadonlyMap<string, Sent>, gone: readonly string[]): string[] {
  return FORGOTTEN.filter((user) => !gone.includes(user)).flatMap((user) => {
    const rated = [...acknowledged.keys()].filter((request) => sent.get(request)!.user === user).length;
    const stored = file
      .prepare<[string], number>(
        `SELECT count(*) FROM (SELECT rating, max(sequence) FROM events JOIN users USING (user_key)
         WHERE users.id = ? AND kind IN ('rated', 'withdrawn') GROUP BY movie_key) WHERE rating IS NOT NULL`,
      )
      .pluck()
      .get(user)!;
    return stored < rated ? [`${user} has ${stored} of ${rated} ratings`] : [];
  });
}
