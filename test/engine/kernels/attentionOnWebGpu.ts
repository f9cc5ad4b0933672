import { openDevice } from '../../../src/engine/kernels/device.ts';
import { CASES, differences, WEBGPU_CASES } from './attentionUse.ts';

const device = await openDevice('webgpu', () => {});
const found: Record<string, Record<string, number>> = {};
for (const name of WEBGPU_CASES) found[name] = await differences(device, CASES[name]!);
const { backend } = device;
await device.close();
console.log(JSON.stringify({ backend, found }));
