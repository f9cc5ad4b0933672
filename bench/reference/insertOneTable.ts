import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Reference of an import where there is no sqlite3: prepared inserts into one table, in one transaction. @returns seconds */
export function insertOneTable(csv: string, path: string): number {
  const began = performance.now();
  const db = new Database(path);
  db.exec('CREATE TABLE ratings (userId INTEGER, movieId INTEGER, rating REAL, timestamp INTEGER)');
  const insert = db.prepare('INSERT INTO ratings VALUES (?, ?, ?, ?)');
  db.transaction(() => {
    const text = readFileSync(csv, 'latin1');
    for (let start = text.indexOf('\n') + 1; start < text.length; ) {
      const end = text.indexOf('\n', start);
      insert.run(text.slice(start, end).split(',').map(Number));
      start = end + 1;
    }
  })();
  db.close();
  return (performance.now() - began) / 1000;
}
