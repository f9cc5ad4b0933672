import type { LossPoint, Metrics, RatingScale, TrainingProgress } from './domain.ts';
import type { Carried } from './engine/training/carried.ts';

/** What the server asks of a trainer process. */
export interface TrainerRequest {
  readonly dbPath: string;
  readonly baseSequence: number;
  readonly version: number;
  readonly scale: RatingScale;
  readonly carried: Carried;
  readonly seed: number;
  readonly settings: string;
}

/** What a trainer process reports. */
export type TrainerMessage =
  | { readonly type: 'progress'; readonly progress: TrainingProgress }
  | ({ readonly type: 'published' } & Published)
  | { readonly type: 'failed'; readonly message: string };

/** A version file that lies complete in the folder. */
export interface Published {
  readonly version: number;
  readonly baseSequence: number;
  readonly file: string;
  readonly sha256: string;
  readonly holdout: Metrics | null;
  readonly refusedBecause: string | null;
  readonly losses: readonly LossPoint[];
}
