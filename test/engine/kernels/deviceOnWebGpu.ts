import * as library from 'gpu.js';
import { openDevice } from '../../../src/engine/kernels/device.ts';
import { longSums, type SeenDevice, useDevice } from './deviceUse.ts';

const lines: string[] = [];
const device = await openDevice('webgpu', (line) => lines.push(line));
const opened = await useDevice(device);
const kernel = device.kernel(longSums);
const before = [...(await kernel.run(new Float32Array(5_000).fill(1)))];
// The types of gpu.js leave its device out.
const { WebGPUContext } = library as unknown as { WebGPUContext: { acquire(): Promise<{ device: { destroy(): void } }> } };
(await WebGPUContext.acquire()).device.destroy();
const after = [...(await kernel.run(new Float32Array(5_000).fill(1)))];
const seen: SeenDevice = { opened, backend: device.backend, before, after, lines };
await device.close();
console.log(JSON.stringify(seen));
