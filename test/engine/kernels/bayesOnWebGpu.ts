import { openDevice } from '../../../src/engine/kernels/device.ts';
import { SURFACE_CASES, surfaceDifference, TRAINING_CASES, trainingDifference } from './bayesData.ts';

const device = await openDevice('webgpu', () => {});
const differences: number[] = [];
for (const shape of TRAINING_CASES) differences.push(await trainingDifference(device, shape));
for (const shape of SURFACE_CASES) differences.push(await surfaceDifference(device, shape));
console.log(JSON.stringify({ backend: device.backend, differences }));
await device.close();
