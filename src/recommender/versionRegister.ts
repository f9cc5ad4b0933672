import type { Metrics, Model, ModelMetrics, ModelVersion } from '../domain.ts';
import type { SnapshotFolder } from '../store/snapshots.ts';
import type { Store } from '../store/store.ts';
import type { VersionRow } from '../store/versions.ts';

/** The published versions: what they are, which can serve, and which files are kept. */
export class VersionRegister {
  private readonly store: Store;
  private readonly folder: SnapshotFolder;
  private readonly kept: number;

  /** @param kept newest versions kept beside the active one */
  constructor(store: Store, folder: SnapshotFolder, kept: number) {
    this.store = store;
    this.folder = folder;
    this.kept = kept;
  }

  find(version: number): VersionRow | null {
    return version === 0 ? null : this.store.version(version);
  }

  /** Adds a version, or replaces what is said about it. */
  save(row: VersionRow): void {
    this.store.saveVersion(row);
  }

  /** Newest first. @param active the version that serves, with its live figures by model */
  newest(first: number, active: { version: number; figures: readonly { model: Model; metrics: Metrics | null }[] }): ModelVersion[] {
    return this.store.versions(first).map(({ version, baseSequence, trainedAt, file, models, metrics, losses, refusedBecause }) => {
      const serves = version === active.version;
      return {
        version,
        sequence: baseSequence,
        trainedAt,
        active: serves,
        activatable: !serves && this.folder.has(file),
        refusedBecause,
        models,
        metrics: serves ? withLive(metrics, active.figures) : metrics,
        losses,
      };
    });
  }

  /** Removes the files of versions that are neither active nor among the newest; their figures stay. */
  prune(active: number): void {
    const versions = this.folder.list().filter(({ kind }) => kind === 'model');
    versions.sort((left, right) => right.version - left.version);
    for (const { version, file } of versions.slice(this.kept)) if (version !== active) this.folder.remove(file);
  }
}

function withLive(metrics: readonly ModelMetrics[], figures: readonly { model: Model; metrics: Metrics | null }[]): ModelMetrics[] {
  return figures.map(({ model, metrics: live }) => ({
    model,
    holdout: metrics.find((entry) => entry.model === model)?.holdout ?? null,
    live,
  }));
}
