import type { IKernelFunctionThis } from 'gpu.js';

/** Row y, column x: y x, from a scale of 1. */
export const probeProducts = function (this: IKernelFunctionThis, scale: Float32Array): number {
  return scale[0]! * this.thread.y * this.thread.x;
};

/** Sum of a row. */
export const probeSums = function (this: IKernelFunctionThis<{ n: number }>, rows: Float32Array[]): number {
  let sum = 0;
  for (let x = 0; x < this.constants.n; x += 1) {
    sum += rows[this.thread.x]![x]!;
  }
  return sum;
};
