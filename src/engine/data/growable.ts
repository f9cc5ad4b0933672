/** Rows of numbers in one flat array that grows by half: row n is `data[n * width] .. data[n * width + width - 1]`. */
export class Rows {
  readonly width: number;
  data: Float64Array; // [capacity x width], row-major

  constructor(width: number, rows = 0) {
    this.width = width;
    this.data = new Float64Array(rows * width);
  }

  /** Makes room for `rows` rows; new ones are zero. References to `data` taken before are stale afterwards. */
  reserve(rows: number): void {
    if (rows * this.width <= this.data.length) return;
    const grown = new Float64Array(Math.max(rows, Math.ceil((this.data.length / this.width) * 1.5), 16) * this.width);
    grown.set(this.data);
    this.data = grown;
  }

  /** A copy of the first `rows` rows. */
  take(rows: number): Float64Array {
    this.reserve(rows);
    return this.data.slice(0, rows * this.width);
  }

  /** Replaces the first rows. */
  put(values: Float64Array): void {
    this.reserve(values.length / this.width);
    this.data.set(values);
  }
}
