import type { ModelUpdate, ModelUpdateKind, Timestamp } from '../domain.ts';
import type { LiveModel } from '../engine/online/liveModel.ts';

/** The model that serves: one reference, which is swapped within one turn. */
export class Serving {
  model: LiveModel;

  constructor(model: LiveModel) {
    this.model = model;
  }

  /** Error of the ratings as they arrived, rating points; null before the first. */
  get runningRmse(): number | null {
    const { metrics, scale } = this.model;
    const square = metrics.runningSquare();
    return square === null ? null : Math.sqrt(square) * scale.pointsPerUnit;
  }

  /** A move of the model that nothing else is known of. */
  moveOf(kind: ModelUpdateKind, sequence: number, at: Timestamp): ModelUpdate {
    const { version, serving } = this.model;
    return {
      kind,
      sequence,
      modelVersion: version,
      serving,
      at,
      userId: null,
      movieId: null,
      rating: null,
      before: null,
      after: null,
      runningRmse: this.runningRmse,
    };
  }
}
