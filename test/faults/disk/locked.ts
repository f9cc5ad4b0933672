import { join } from 'node:path';
import Database from 'better-sqlite3';
import { serveProcess } from '../../support/process.ts';
import type { Finding } from '../fault.ts';
import { fillDatabase } from '../place.ts';
import { reads, Visitor } from './visitor.ts';

/** Another program that holds the database for writing. */
export async function locked(folder: string): Promise<readonly Finding[]> {
  const db = join(folder, 'locked.db');
  const films = fillDatabase(db, 40);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error' });
  const visitor = new Visitor(films);
  const before = await visitor.rate(server);
  const other = new Database(db);
  other.exec('BEGIN IMMEDIATE');
  const [during, answered] = await Promise.all([visitor.rate(server), reads(server)]);
  other.exec('ROLLBACK');
  other.close();
  const after = await visitor.again(server);
  const lost = await visitor.lost(server);
  await server.stop('SIGTERM');
  const said = visitor.refusals.join('; ');
  return [
    {
      what: 'locked database: a rating before, during, after',
      seen: `${before}, ${during} (${said}), ${after}; ${lost} lost`,
      bar: 'true, false (OVERLOADED: …), true; 0 lost',
      holds:
        before && !during && after && lost === 0 && /^OVERLOADED: The database is held by another program, nothing was stored/.test(said),
    },
    { what: 'locked database: queries meanwhile', seen: answered ? 'answered' : 'refused', bar: 'answered', holds: answered },
  ];
}
