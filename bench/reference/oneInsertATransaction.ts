import Database from 'better-sqlite3';

/**
 * Reference of "durable": better-sqlite3 as it is, one INSERT a transaction into one table, write-ahead log, `synchronous = FULL`:
 * each row is on the disk before the next begins. No ids to look up, no check, no model.
 */
export class OneInsertATransaction {
  private readonly db: Database.Database;
  private readonly statement: Database.Statement<[string, string, number, number]>;

  constructor(path: string) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.exec('CREATE TABLE ratings (sequence INTEGER PRIMARY KEY, user_id TEXT, movie_id TEXT, rating REAL, rated_at INTEGER)');
    this.statement = this.db.prepare('INSERT INTO ratings (user_id, movie_id, rating, rated_at) VALUES (?, ?, ?, ?)');
  }

  insert(userId: string, movieId: string, rating: number, ratedAt: number): void {
    this.statement.run(userId, movieId, rating, ratedAt);
  }

  close(): void {
    this.db.close();
  }
}
