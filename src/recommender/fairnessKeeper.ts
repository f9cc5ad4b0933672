import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FairnessReport, Timestamp } from '../domain.ts';
import { liveFairness } from '../engine/evaluation/liveFairness.ts';
import type { LiveModel } from '../engine/online/liveModel.ts';
import type { Statistics } from '../engine/statistics/statistics.ts';

/** Events after which a report is made anew; it says itself how far it knows. */
const STALE_AFTER = 100;

/** Makes fairness reports a turn of the event loop at a time, and keeps the last one. */
export class FairnessKeeper {
  private readonly clock: () => Timestamp;
  private readonly seed: number;
  private last: { model: LiveModel; sequence: number; report: Promise<FairnessReport> } | null = null;

  constructor(clock: () => Timestamp, seed: number) {
    this.clock = clock;
    this.seed = seed;
  }

  /** The kept report, where the same model has made it not long ago, or one that is being made. @param statisticsOf the model's data */
  report(model: LiveModel, statisticsOf: () => Statistics): Promise<FairnessReport> {
    const { last } = this;
    if (last?.model === model && model.sequence - last.sequence < STALE_AFTER) return last.report;
    const made = { model, sequence: model.sequence, report: this.make(model, statisticsOf()) };
    this.last = made;
    made.report.catch(() => {
      if (this.last === made) this.last = null; // a failure is not kept
    });
    return made.report;
  }

  /** Somebody was forgotten: what was computed with them is not told again. */
  drop(): void {
    this.last = null;
  }

  private async make(model: LiveModel, statistics: Statistics): Promise<FairnessReport> {
    const { sequence } = model;
    const steps = liveFairness(model, statistics, this.seed);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return { computedAt: this.clock(), sequence, ...value };
      await nextTurn();
    }
  }
}
