import type { AttentionGraph } from './attentionGraph.ts';
import type { AttentionWeights } from './attentionParameters.ts';

/** Slopes for negative values: of attention scores, and of rows before O. */
export const SCORE_LEAK = 0.2;
export const ROW_LEAK = 0.1;

/** Numbers of nodes, and room for the largest lesson. */
export interface AttentionCapacity {
  readonly users: number;
  readonly movies: number;
  readonly edges: number;
  readonly targets: number;
}

/** What each value is multiplied by: 0 where it is dropped, 1/(1 − rate) elsewhere. Null: nothing is dropped. */
export interface Dropout {
  readonly userHidden: Float64Array; // [users x d]
  readonly movieHidden: Float64Array; // [movies x d]
  readonly userRow: Float64Array; // [users x d]
  readonly movieRow: Float64Array; // [movies x d]
}

export interface AttentionInput {
  readonly graph: AttentionGraph;
  readonly userFeatures: Float64Array; // [users x userInputs]
  readonly movieFeatures: Float64Array; // [movies x movieInputs]
  readonly dropout: Dropout | null;
}

export interface AttentionTargets {
  readonly u: Int32Array;
  readonly i: Int32Array;
  readonly residual: Float64Array;
}

interface AttentionStepResult {
  /** Mean of (delta − residual)² over the targets. */
  readonly loss: number;
  /** Its gradient. Valid until the next step. */
  readonly gradient: Float64Array;
}

/** One step forward and backward: by kernels, or by their twin. */
export interface AttentionTrainer {
  run(weights: AttentionWeights, input: AttentionInput, targets: AttentionTargets): Promise<AttentionStepResult>;
  close(): Promise<void>;
}

/** Rows of all nodes. */
export interface AttentionRows {
  readonly users: Float64Array; // [users x d] z_u
  readonly movies: Float64Array; // [movies x d] z_i
}

/** The way forward with nothing dropped: by kernels, or by their twin. */
export interface AttentionForward {
  run(weights: AttentionWeights, input: AttentionInput): Promise<AttentionRows>;
  close(): Promise<void>;
}
