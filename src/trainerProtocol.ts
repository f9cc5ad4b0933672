import type { LossPoint, Metrics, Model, RatingScale, TrainingProgress } from './domain.ts';
import type { ComputeSetting, KernelCount } from './engine/kernels/device.ts';
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
  /** Whether attention and heads are trained, too. */
  readonly hybrid: boolean;
  /** Whether the factorization is published by itself first, so that there is a model soon. */
  readonly factorizationFirst: boolean;
  readonly compute: ComputeSetting;
}

/** What a trainer process reports. */
export type TrainerMessage =
  | { readonly type: 'progress'; readonly progress: TrainingProgress }
  | { readonly type: 'log'; readonly line: string }
  | ({ readonly type: 'published' } & Published)
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly message: string };

/** A version file that lies complete in the folder. */
export interface Published {
  readonly version: number;
  readonly baseSequence: number;
  readonly file: string;
  readonly sha256: string;
  readonly models: readonly Model[];
  readonly holdout: readonly { readonly model: Model; readonly metrics: Metrics }[];
  readonly refusedBecause: string | null;
  readonly losses: readonly LossPoint[];
  /** Where the kernels ran, and what they did. */
  readonly compute: string;
  readonly kernels: readonly KernelCount[];
}
