import type { Logger } from 'pino';
import type { RatingScale, Timestamp } from '../domain.ts';
import type { ComputeSetting } from '../engine/kernels/device.ts';
import type { Store } from '../store/store.ts';

export interface RecommenderOptions {
  readonly store: Store;
  readonly logger: Logger;
  readonly clock: () => Timestamp;
  readonly seed: number;
  /** Scale of a database whose log names none. */
  readonly scale: RatingScale;
  /** Writes that may wait for the disk. */
  readonly writeQueue: number;
  /** Events between two checkpoints. */
  readonly checkpointEvery: number;
  /** Newest versions kept beside the active one. */
  readonly keepVersions: number;
  /** Where kernels run. */
  readonly compute: ComputeSetting;
  /** Heap of a trainer process, MiB. */
  readonly trainerMemory: number;
  /** Epistemic standard deviations that UPPER_CONFIDENCE adds to a score; one unless given. */
  readonly optimism?: number;
  /** Whether trainings start by themselves. Default true. */
  readonly autoTrain?: boolean;
}
