import { availableParallelism } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { openDevice } from '../../../src/engine/kernels/device.ts';
import { threadsRunning } from '../../support/threads.ts';
import { longSums, rootsOfRows, type SeenDevice, type SeenUse, squaresOfRows, useDevice } from './deviceUse.ts';
import { hasSoftwareWebGpu, withSoftwareWebGpu } from './softwareWebGpu.ts';

function expectRight(seen: SeenUse, backend: string): void {
  expect(seen).toEqual({
    backend,
    sums: [5_000, 10_000, 15_000],
    across: [2, 8, 4, 10, 6, 12],
    back: [20, 40, 60, 80, 100, 120],
    counts: [
      { name: 'longSums', launches: 1, cells: 3 },
      { name: 'across', launches: 2, cells: 12 },
      { name: 'back', launches: 2, cells: 12 },
    ],
  });
}

describe('a compute device', () => {
  it.each(['cpu', 'webasm'] as const)('runs kernels and pipelines on %s, and counts them', async (compute) => {
    const lines: string[] = [];
    const device = await openDevice(compute, (line) => lines.push(line));
    expectRight(await useDevice(device), compute);
    await device.close();
    expect(lines).toEqual([]);
    await expect(device.kernel(longSums).run(new Float32Array(5_000))).rejects.toThrow('closed');
  });

  it.each(['cpu', 'webasm'] as const)('gives back arrays that later runs on %s leave alone', async (compute) => {
    const device = await openDevice(compute, () => {});
    const kernel = device.kernel(longSums);
    const first = await kernel.run(new Float32Array(5_000).fill(1));
    await kernel.run(new Float32Array(5_000).fill(2));
    expect([...first]).toEqual([5_000, 10_000, 15_000]);
    await device.close();
  });

  it.skipIf(availableParallelism() < 2)(
    'shares the cells of a large plan among threads: bit for bit the same, and none is left',
    async () => {
      const lines: string[] = [];
      const device = await openDevice('webasm', (line) => lines.push(line));
      const rows = { values: Float32Array.from({ length: 100_000 }, (_, at) => Math.sin(at)), width: 100, height: 1_000 };
      const seen: { results: Float32Array[]; threads: number }[] = [];
      for (const threads of [false, true]) {
        const pipeline = device.pipeline(
          ['rows'],
          (step, { rows: given }) => {
            const roots = step(rootsOfRows, given);
            return { roots, squares: step(squaresOfRows, roots) };
          },
          threads,
        );
        const results = [...Object.values(await pipeline.run({ rows })), ...Object.values(await pipeline.run({ rows }))];
        seen.push({ results, threads: threadsRunning() });
        await pipeline.destroy();
      }
      expect(seen[1]!.results).toEqual(seen[0]!.results);
      expect(seen[0]!.results[1]![7]).toBeCloseTo(1 + Math.abs(Math.sin(7)), 6);
      expect(seen.map(({ threads }) => threads > 0)).toEqual([false, true]);
      await vi.waitUntil(() => threadsRunning() === 0);
      await device.close();
      expect(lines).toEqual([]);
    },
  );

  it.each(['webgpu', 'auto'] as const)(
    'opens something under %s on every machine, and says why it is not a graphics card',
    async (compute) => {
      const lines: string[] = [];
      const device = await openDevice(compute, (line) => lines.push(line));
      expectRight(await useDevice(device), device.backend);
      expect(lines).toHaveLength(device.backend === 'webgpu' ? 0 : 1);
      await device.close();
    },
  );

  it.skipIf(!hasSoftwareWebGpu)('runs on a software adapter when asked to, and moves to WebAssembly when that is lost', () => {
    const seen = withSoftwareWebGpu<SeenDevice>('deviceOnWebGpu.ts');
    expectRight(seen.opened, 'webgpu');
    expect(seen.before).toEqual([5_000, 10_000, 15_000]);
    expect(seen.after).toEqual(seen.before);
    expect(seen.backend).toBe('webasm');
    expect(seen.lines).toEqual(['The WebGPU device was lost; kernels run on WebAssembly from here on.']);
  });
});
