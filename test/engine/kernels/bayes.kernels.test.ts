import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { SURFACE_CASES, surfaceDifference, TRAINING_CASES, trainingDifference } from './bayesData.ts';
import { hasSoftwareWebGpu, withSoftwareWebGpu } from './softwareWebGpu.ts';

/** Kernels are f32, the twins f64: differences count against the largest value of an array. */
const TOLERANCE = 1e-5;

describe.each<Backend>(['cpu', 'webasm'])('kernels of the Bayesian head on %s', (backend) => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice(backend, () => {});
  });
  afterAll(() => device.close());

  it.each(TRAINING_CASES)('have the gradients of the twin: $rows of $capacity rows, $hidden units', async (shape) => {
    expect(device.backend).toBe(backend);
    expect(await trainingDifference(device, shape)).toBeLessThan(TOLERANCE);
  });

  it.each(SURFACE_CASES)('have the surface of the twin: $points points, $draws draws', async (shape) => {
    expect(await surfaceDifference(device, shape)).toBeLessThan(TOLERANCE);
  });
});

it.skipIf(!hasSoftwareWebGpu)('kernels of the Bayesian head have the results of the twin on webgpu', () => {
  const { backend, differences } = withSoftwareWebGpu<{ backend: Backend; differences: readonly number[] }>('bayesOnWebGpu.ts');
  expect(backend).toBe('webgpu');
  expect(differences).toHaveLength(TRAINING_CASES.length + SURFACE_CASES.length);
  for (const difference of differences) expect(difference).toBeLessThan(TOLERANCE);
});
