import type { Database, Statement } from 'better-sqlite3';
import type { LossPoint, Model, ModelMetrics, Timestamp } from '../domain.ts';

/** One published model version; the file itself lies beside the database. */
export interface VersionRow {
  readonly version: number;
  /** The last event that its fit and hold-out have seen. */
  readonly baseSequence: number;
  readonly trainedAt: Timestamp;
  readonly file: string;
  readonly sha256: string;
  readonly models: Model[];
  readonly metrics: ModelMetrics[];
  readonly losses: LossPoint[];
  /** Why it was kept but not activated; null when nothing speaks against it. */
  readonly refusedBecause: string | null;
  /** Where the kernels of its training ran. */
  readonly compute: string;
}

interface Columns {
  readonly version: number;
  readonly base_sequence: number;
  readonly trained_at: number;
  readonly file: string;
  readonly sha256: string;
  readonly models: string;
  readonly metrics: string;
  readonly losses: string;
  readonly refused_because: string | null;
  readonly compute: string;
}

/** The register of model versions. */
export class VersionTable {
  readonly #save: Statement<Columns>;
  readonly #select: Statement<[number], Columns>;
  readonly #newest: Statement<[number], Columns>;
  readonly #delete: Statement<[number]>;
  readonly #highest: Statement<[], number>;

  constructor(db: Database) {
    this.#save = db.prepare(`
      INSERT OR REPLACE INTO model_versions
        (version, base_sequence, trained_at, file, sha256, models, metrics, losses, refused_because, compute)
      VALUES (@version, @base_sequence, @trained_at, @file, @sha256, @models, @metrics, @losses, @refused_because, @compute)`);
    this.#select = db.prepare('SELECT * FROM model_versions WHERE version = ?');
    this.#newest = db.prepare('SELECT * FROM model_versions ORDER BY version DESC LIMIT ?');
    this.#delete = db.prepare('DELETE FROM model_versions WHERE version = ?');
    this.#highest = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'model_versions'").pluck();
  }

  /** Adds a version, or replaces what is said about it. */
  save(row: VersionRow): void {
    this.#save.run({
      version: row.version,
      base_sequence: row.baseSequence,
      trained_at: row.trainedAt,
      file: row.file,
      sha256: row.sha256,
      models: JSON.stringify(row.models),
      metrics: JSON.stringify(row.metrics),
      losses: JSON.stringify(row.losses),
      refused_because: row.refusedBecause,
      compute: row.compute,
    });
  }

  find(version: number): VersionRow | null {
    const columns = this.#select.get(version);
    return columns === undefined ? null : toVersion(columns);
  }

  newest(first: number): VersionRow[] {
    return this.#newest.all(first).map(toVersion);
  }

  delete(version: number): void {
    this.#delete.run(version);
  }

  /** One above the highest number ever given, deleted versions included. */
  next(): number {
    return (this.#highest.get() ?? 0) + 1;
  }
}

function toVersion(columns: Columns): VersionRow {
  return {
    version: columns.version,
    baseSequence: columns.base_sequence,
    trainedAt: columns.trained_at,
    file: columns.file,
    sha256: columns.sha256,
    models: JSON.parse(columns.models) as Model[],
    metrics: JSON.parse(columns.metrics) as ModelMetrics[],
    losses: JSON.parse(columns.losses) as LossPoint[],
    refusedBecause: columns.refused_because,
    compute: columns.compute,
  };
}
