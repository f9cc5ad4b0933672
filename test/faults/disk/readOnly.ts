import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serveProcess } from '../../support/process.ts';
import type { Finding } from '../fault.ts';
import { fillDatabase } from '../place.ts';
import { reads, Visitor } from './visitor.ts';

/** Rights mean nothing to the superuser: then somebody else runs the server. */
const NOBODY = 65_534;
const OTHER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A folder in which nothing may be created: before the start, and taken away while the server runs. */
export async function readOnly(folder: string): Promise<readonly Finding[]> {
  chmodSync(folder, 0o755);
  const place = join(folder, 'readonly');
  mkdirSync(place);
  const db = join(place, 'taste.db');
  const films = fillDatabase(db, 40);
  own(place);
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  const environment = { HOME: temporary, TMPDIR: temporary, LOG_LEVEL: 'error' };
  const serve = () => serveProcess(['--db', db, '--demo', 'none'], environment, OTHER);

  chmodSync(place, 0o555);
  const refusal = await serve().then(
    () => 'it started',
    (error: Error) => error.message.trim(),
  );
  chmodSync(place, 0o755);
  const server = await serve();
  chmodSync(place, 0o555);
  const visitor = new Visitor(films);
  const answered = await reads(server);
  await visitor.rate(server);
  chmodSync(place, 0o755);
  const after = await visitor.rate(server);
  const lost = await visitor.lost(server);
  const status = await server.stop('SIGTERM');
  return [
    {
      what: 'read-only folder: a start',
      seen: refusal,
      bar: 'status 1 and one line',
      holds: /^The server ended with 1: [^\n]*(access|lock|read)[^\n]*$/.test(refusal),
    },
    {
      what: 'read-only folder, while it runs',
      seen: `queries ${answered ? 'answered' : 'refused'}; then a rating ${after ? 'stored' : 'refused'}, ${lost} lost, exit status ${status}`,
      bar: 'answered; stored, 0 lost, 0',
      holds: answered && after && lost === 0 && status === 0,
    },
  ];
}

function own(place: string): void {
  if (OTHER.uid === undefined) return;
  chownSync(place, NOBODY, NOBODY);
  for (const file of readdirSync(place)) chownSync(join(place, file), NOBODY, NOBODY);
}
