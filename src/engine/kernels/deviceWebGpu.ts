import { existsSync, readdirSync } from 'node:fs';

/** An adapter that was found, and its device. */
export interface WebGpu {
  isLost(): boolean;
  close(): Promise<void>;
}

interface Adapter {
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly device: string; readonly description: string };
  readonly isFallbackAdapter?: boolean;
}
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}
interface Context {
  acquire(): Promise<{ readonly isLost: boolean }>;
  destroy(): Promise<void>;
}

/** Drivers that compute on the processor, more slowly than WebAssembly. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;
/** Where Linux shows graphics cards: its own, NVIDIA's, and those of Windows below it. */
const LINUX_DEVICES = ['/dev/dri', '/dev/nvidia0', '/dev/dxg'];

/**
 * Looks for a WebGPU adapter and takes a device from it.
 * @param context gpu.js's, which owns the device
 * @param software whether an adapter that computes on the processor will do
 * @returns the device, or why there is none
 */
export async function loadWebGpu(context: Context, software: boolean): Promise<WebGpu | string> {
  if (!software && !hasGraphics()) return 'there is no graphics card';
  try {
    const adapter = await (await entry()).requestAdapter();
    if (!adapter) return 'WebGPU finds no adapter';
    const description = Object.values(describe(adapter)).join(' ');
    if (!software && (adapter.isFallbackAdapter || SOFTWARE.test(description)))
      return `WebGPU only finds a software adapter (${description})`;
    const state = await context.acquire();
    return { isLost: () => state.isLost, close: () => context.destroy() };
  } catch (error) {
    return `WebGPU can't be loaded (${(error as Error).message.split('\n')[0]})`;
  }
}

/** Asked first, because the native library takes a while to load and writes warnings of its own where there is none. */
function hasGraphics(): boolean {
  return (
    process.platform !== 'linux' || LINUX_DEVICES.some((path) => existsSync(path) && (path !== '/dev/dri' || readdirSync(path).length > 0))
  );
}

/**
 * `navigator.gpu`, which Node doesn't have: from the package `webgpu`, an optional dependency.
 * It is never let go: the native instance aborts the process when it is collected while a device lives.
 */
async function entry(): Promise<Gpu> {
  const world = globalThis as { navigator?: { gpu?: Gpu } };
  if (world.navigator?.gpu) return world.navigator.gpu;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]) as unknown as Gpu;
  world.navigator ??= {};
  Object.defineProperty(world.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

function describe({ info }: Adapter) {
  return { vendor: info?.vendor, architecture: info?.architecture, device: info?.device, description: info?.description };
}
