import type { IKernelFunctionThis } from 'gpu.js';
import type { Device, KernelCount } from '../../../src/engine/kernels/device.ts';

/** (x + 1) times the sum of 5,000 values: longer than gpu.js's loops are unless told otherwise. */
const sums = function (this: IKernelFunctionThis<{ n: number }>, values: Float32Array): number {
  let sum = 0;
  for (let e = 0; e < this.constants.n; e += 1) {
    sum += values[e]!;
  }
  return sum * (this.thread.x + 1);
};
const transposed = function (this: IKernelFunctionThis, rows: Float32Array[], factor: number): number {
  return factor * rows[this.thread.x]![this.thread.y]!;
};

const roots = function (this: IKernelFunctionThis, rows: Float32Array[]): number {
  return Math.sqrt(1 + Math.abs(rows[this.thread.y]![this.thread.x]!));
};
const squares = function (this: IKernelFunctionThis, rows: Float32Array[]): number {
  return rows[this.thread.y]![this.thread.x]! * rows[this.thread.y]![this.thread.x]!;
};

export const longSums = { name: 'longSums', source: sums, output: [3], constants: { n: 5_000 } };
const across = { name: 'across', source: transposed, output: [2, 3] };
export const rootsOfRows = { name: 'rootsOfRows', source: roots, output: [100, 1_000] };
export const squaresOfRows = { name: 'squaresOfRows', source: squares, output: [100, 1_000] };
const back = { name: 'back', source: transposed, output: [3, 2] };

export interface SeenUse {
  readonly backend: string;
  readonly sums: readonly number[];
  readonly across: readonly number[];
  readonly back: readonly number[];
  readonly counts: readonly KernelCount[];
}
export interface SeenDevice {
  readonly opened: SeenUse;
  readonly backend: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly lines: readonly string[];
}

/** One kernel, and a pipeline of two, run twice. */
export async function useDevice(device: Device): Promise<SeenUse> {
  const kernel = device.kernel(longSums);
  const ones = await kernel.run(new Float32Array(5_000).fill(1));
  const pipeline = device.pipeline(['rows', 'factor'], (step, { rows, factor }) => {
    const turned = step(across, rows, factor);
    return { turned, back: step(back, turned, 10) };
  });
  const rows = { values: Float32Array.of(1, 2, 3, 4, 5, 6), width: 3, height: 2 };
  await pipeline.run({ rows, factor: 1 });
  const results = await pipeline.run({ rows, factor: 2 });
  kernel.destroy();
  await pipeline.destroy();
  return { backend: device.backend, sums: [...ones], across: [...results.turned], back: [...results.back], counts: device.counts() };
}
