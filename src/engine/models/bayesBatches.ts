import { HEAD_INPUTS, type HeadBatch, type HeadShape, newBatch } from '../kernels/bayesShape.ts';
import type { Random } from '../math/random.ts';
import { type InputScale, logVariance, standardInputs } from './bayesInputs.ts';

/** Normal variates kept to be used again, at a random place each time: 30 million fresh ones would cost a fit seconds. */
const NOISE_POOL = 1 << 18;

/** Training rows, in a new order in every epoch, cut into batches with their noise. */
export class HeadBatches {
  readonly batch: HeadBatch;
  readonly rows: number;
  private readonly x: Float32Array; // [rows x 3] standardised inputs
  private readonly e: Float32Array; // [rows] rating minus score
  private readonly logStd: Float32Array; // [rows] ½ ln V
  private readonly order: Int32Array; // [rows]
  private readonly pool: Float32Array; // N(0, 1)

  constructor(
    shape: HeadShape,
    rows: { readonly score: Float64Array; readonly variance: Float64Array; readonly r: Float64Array },
    scale: InputScale,
    size: number,
    epochs: number,
    private readonly random: Random,
  ) {
    this.rows = rows.r.length;
    this.x = new Float32Array(this.rows * HEAD_INPUTS);
    this.e = new Float32Array(this.rows);
    this.logStd = new Float32Array(this.rows);
    this.order = Int32Array.from({ length: this.rows }, (_, t) => t);
    for (let t = 0; t < this.rows; t += 1) {
      const lnV = logVariance(rows.variance[t]!);
      standardInputs(scale, rows.score[t]!, lnV, this.x, t * HEAD_INPUTS);
      this.e[t] = rows.r[t]! - rows.score[t]!;
      this.logStd[t] = lnV / 2;
    }
    this.batch = newBatch(shape, size);
    const aStep = this.batch.noise.reduce((sum, eps) => sum + eps.length, 0);
    const steps = epochs * Math.ceil(this.rows / size);
    this.pool = new Float32Array(Math.max(aStep, Math.min(NOISE_POOL, steps * aStep)));
    for (let n = 0; n < this.pool.length; n += 1) this.pool[n] = random.normal();
  }

  shuffle(): void {
    this.random.shuffle(this.order);
  }

  /** Rows `from` ... of the present order into `batch`; the last one of an epoch may be shorter, and is padded. */
  fill(from: number): HeadBatch {
    const { batch, order } = this;
    batch.rows = Math.min(batch.capacity, this.rows - from);
    for (let b = 0; b < batch.rows; b += 1) {
      const t = order[from + b]!;
      for (let i = 0; i < HEAD_INPUTS; i += 1) batch.x[b * HEAD_INPUTS + i] = this.x[t * HEAD_INPUTS + i]!;
      batch.e[b] = this.e[t]!;
      batch.logStd[b] = this.logStd[t]!;
    }
    batch.x.fill(0, batch.rows * HEAD_INPUTS);
    batch.e.fill(0, batch.rows);
    batch.logStd.fill(0, batch.rows);
    batch.share.fill(1 / batch.rows, 0, batch.rows).fill(0, batch.rows);
    for (const eps of batch.noise) {
      const start = this.random.below(this.pool.length - eps.length + 1);
      eps.set(this.pool.subarray(start, start + eps.length));
    }
    return batch;
  }
}
