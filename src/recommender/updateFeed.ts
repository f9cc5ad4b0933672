import type { ModelUpdate, TrainingProgress } from '../domain.ts';

/** Updates kept for those who lost their subscription. */
const KEPT = 10_000;

/** A list of listeners. One that throws does not keep the others from hearing. */
class Listeners<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** @returns stops the listening */
  add(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  notify(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

/** Every move of the model: told to listeners, and the newest ones kept to catch up with. */
export class UpdateFeed {
  readonly updates = new Listeners<ModelUpdate>();
  readonly progress = new Listeners<TrainingProgress>();
  private kept: ModelUpdate[] = [];

  publish(update: ModelUpdate): void {
    this.kept.push(update);
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.updates.notify(update);
  }

  /** Drops what names a user. */
  forget(userId: string): void {
    this.kept = this.kept.filter((update) => update.userId !== userId);
  }

  /** The first sequence from which on every update is kept; infinite when none is. */
  get keptFrom(): number {
    return this.kept[0]?.sequence ?? Number.POSITIVE_INFINITY;
  }

  /** Kept updates with a sequence above `after`, oldest first. */
  after(after: number, first: number): ModelUpdate[] {
    const start = this.kept.findIndex((update) => update.sequence > after);
    return start < 0 ? [] : this.kept.slice(start, start + first);
  }
}
