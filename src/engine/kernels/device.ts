import type { GPU, IKernelRunShortcut, Input } from 'gpu.js';
import { probeProducts, probeSums } from './device.kernels.ts';
import { loadWebGpu, type WebGpu } from './deviceWebGpu.ts';

export type ComputeSetting = 'auto' | 'webgpu' | 'webasm' | 'cpu';
export type Backend = 'webgpu' | 'webasm' | 'cpu';

/** A kernel's code: a module-level function expression that reads arguments, `this.constants` and `this.thread` alone. */
export type KernelSource = (this: never, ...args: never[]) => number;

export interface KernelSpec {
  /** Under this name its launches are counted. */
  readonly name: string;
  readonly source: KernelSource;
  /** [length], or [width, height]: element [y][x] of the result, x < width. At most 524,280 each in two dimensions. */
  readonly output: readonly number[];
  readonly constants?: Readonly<Record<string, number>>;
}

/** A flat array that a kernel reads as values[y][x], x < width. */
export interface Matrix {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** No empty arrays: pad them to one element. */
export type KernelArgument = number | Float32Array | Matrix;

/** Stands for a result inside a pipeline; only a kernel of the same pipeline can read it. */
export interface Handle {
  readonly handle: unique symbol;
}
/** Runs a kernel inside a pipeline. */
export type Step = (kernel: KernelSpec, ...args: readonly (Handle | number)[]) => Handle;

interface DeviceKernel {
  /** Runs it once. The result is flat and the caller's own: row after row of `output`. */
  run(...args: readonly KernelArgument[]): Promise<Float32Array>;
  destroy(): void;
}

interface DevicePipeline<A extends string, R extends string> {
  /** Runs every step. Arrays are copied before this returns; those of another size than last time rebuild the pipeline. */
  run(args: Readonly<Record<A, KernelArgument>>): Promise<Record<R, Float32Array>>;
  destroy(): Promise<void>;
}

export interface KernelCount {
  readonly name: string;
  readonly launches: number;
  /** Elements computed in all launches. */
  readonly cells: number;
}

/** Where kernels run. A WebGPU device that gets lost is replaced by WebAssembly, with one log line, and the run repeated. */
export interface Device {
  readonly backend: Backend;
  /** Compiled by its first run. */
  kernel(spec: KernelSpec): DeviceKernel;
  /**
   * Several kernels as one compiled plan; what lies between them stays on the device.
   * @param names of the arguments, in no particular order
   * @param plan runs once, with stand-ins for the arguments, and returns what the caller wants back
   * @param threads whether WebAssembly may share the cells among all processors: bit for bit the same, and for large plans faster
   */
  pipeline<A extends string, R extends string>(
    names: readonly A[],
    plan: (step: Step, args: Readonly<Record<A, Handle>>) => Record<R, Handle>,
    threads?: boolean,
  ): DevicePipeline<A, R>;
  /** Launches so far, by kernel name. */
  counts(): readonly KernelCount[];
  close(): Promise<void>;
}

/** gpu.js stops every loop after 1,000 turns unless told otherwise, silently: a film with 2,500 ratings would get a wrong sum. */
const LOOP_LIMIT = 1 << 30;
/** How pipelines must be executed; anything else is right but slow. */
const EXECUTOR: Readonly<Record<Backend, string>> = { webgpu: 'fused-encoder', webasm: 'fused-sync', cpu: 'generic' };
/** How one on threads is, unless it is small or there is but one processor. */
const ON_THREADS = 'fused-threaded';
const NEXT: Readonly<Record<Backend, Backend | null>> = { webgpu: 'webasm', webasm: 'cpu', cpu: null };
const PROBE = 5_000;

/**
 * Opens the fastest device that the setting allows and that computes a small pipeline right: webgpu, else webasm, else cpu.
 * `auto` takes a real graphics card or WebAssembly; a software adapter only serves where `webgpu` is asked for.
 * @param log one line for every device that was tried in vain
 * @throws Error where not even plain JavaScript computes right
 */
export async function openDevice(compute: ComputeSetting, log: (line: string) => void): Promise<Device> {
  const library = await loadLibrary();
  const device = new GpuDevice(library, log);
  if (compute === 'webgpu' || compute === 'auto') {
    const found = await loadWebGpu(library.WebGPUContext, compute === 'webgpu');
    if (typeof found !== 'string') await device.open('webgpu', found);
    else {
      log(`Kernels run on WebAssembly: ${found}.`);
      await device.open('webasm', null);
    }
  } else {
    await device.open(compute, null);
  }
  return device;
}

interface Library {
  readonly GPU: typeof GPU;
  readonly Input: typeof Input;
  readonly WebGPUContext: { acquire(): Promise<{ readonly isLost: boolean }>; destroy(): Promise<void> };
}

/** Loaded by the first device, so that commands that never train don't wait for it. */
async function loadLibrary(): Promise<Library> {
  const loaded = (await import('gpu.js')) as unknown as Library & { readonly default: Library };
  return loaded.default ?? loaded;
}

class GpuDevice implements Device {
  backend: Backend = 'cpu';
  /** Grows when the backend changes: what was compiled before belongs to another backend. */
  generation = 0;
  gpu: GPU | null = null;
  private webGpu: WebGpu | null = null;
  private readonly counted = new Map<string, { launches: number; cells: number }>();

  constructor(
    readonly library: Library,
    readonly log: (line: string) => void,
  ) {}

  /** Opens this backend, or the next one that passes the probe. */
  async open(backend: Backend, webGpu: WebGpu | null): Promise<void> {
    this.webGpu = webGpu;
    for (let next: Backend | null = backend; next; next = NEXT[next]) {
      this.backend = next;
      this.generation += 1;
      try {
        this.gpu = new this.library.GPU({ mode: next });
        await this.probe();
        return;
      } catch (error) {
        await this.release();
        if (NEXT[next] === null) throw error;
        this.log(`Kernels don't run on ${next} (${(error as Error).message}); trying ${NEXT[next]}.`);
      }
    }
  }

  kernel(spec: KernelSpec): DeviceKernel {
    return new GpuKernel(this, spec);
  }

  pipeline<A extends string, R extends string>(
    names: readonly A[],
    plan: (step: Step, args: Readonly<Record<A, Handle>>) => Record<R, Handle>,
    threads = false,
  ): DevicePipeline<A, R> {
    return new GpuPipeline(this, names, plan, threads);
  }

  counts(): readonly KernelCount[] {
    return [...this.counted].map(([name, count]) => ({ name, ...count }));
  }

  async close(): Promise<void> {
    await this.release();
    await this.webGpu?.close();
    this.webGpu = null;
  }

  /** The one place that makes kernels. */
  compile(spec: KernelSpec): IKernelRunShortcut {
    const settings = { output: [...spec.output], constants: { ...spec.constants }, loopMaxIterations: LOOP_LIMIT };
    return this.opened().createKernel(spec.source.toString(), settings);
  }

  opened(): GPU {
    if (!this.gpu) throw new Error('The compute device is closed.');
    return this.gpu;
  }

  count(kernels: readonly KernelSpec[]): void {
    for (const { name, output } of kernels) {
      const count = this.counted.get(name) ?? { launches: 0, cells: 0 };
      count.launches += 1;
      count.cells += output.reduce((cells, length) => cells * length, 1);
      this.counted.set(name, count);
    }
  }

  /** Runs `work`; where that fails because the WebGPU device is lost, opens the next backend and runs it again. */
  async surviving<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // The news of a lost device arrives as a task of its own.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.backend !== 'webgpu' || !this.webGpu?.isLost()) throw error;
      this.log('The WebGPU device was lost; kernels run on WebAssembly from here on.');
      await this.release();
      await this.open('webasm', this.webGpu);
      return await work();
    }
  }

  /** Products and their sums over a long loop: wrong loop limits, wrong backends and slow executors show here. */
  private async probe(): Promise<void> {
    const products = { name: 'probeProducts', source: probeProducts, output: [PROBE, 4] };
    const sums = { name: 'probeSums', source: probeSums, output: [4], constants: { n: PROBE } };
    const pipeline = new GpuPipeline(this, ['scale'], (step, { scale }) => ({ sums: step(sums, step(products, scale)) }), false);
    const result = await pipeline.run({ scale: new Float32Array([1]) });
    const { executor, backend, reason } = pipeline.identity();
    await pipeline.destroy();
    for (const { name } of [products, sums]) this.counted.delete(name);
    const expected = (PROBE * (PROBE - 1)) / 2;
    if (result.sums!.some((sum, row) => Math.abs(sum - expected * row) > 1e-4 * expected)) throw new Error('it computes wrong sums');
    if (backend !== this.backend || executor !== EXECUTOR[this.backend]) {
      throw new Error(`it fell back to ${backend}, ${executor}: ${reason ?? 'no reason given'}`);
    }
  }

  private async release(): Promise<void> {
    const { gpu } = this;
    this.gpu = null;
    await gpu?.destroy();
  }
}

class GpuKernel implements DeviceKernel {
  private made: { readonly generation: number; readonly kernel: IKernelRunShortcut } | null = null;

  constructor(
    private readonly device: GpuDevice,
    private readonly spec: KernelSpec,
  ) {}

  run(...args: readonly KernelArgument[]): Promise<Float32Array> {
    return this.device.surviving(async () => {
      const { device, spec } = this;
      if (this.made?.generation !== device.generation) {
        this.made = { generation: device.generation, kernel: device.compile(spec) };
      }
      const { kernel } = this.made;
      const result: unknown = await kernel(...args.map((value) => toLibrary(device.library, value)));
      if (kernel.kernel.fallbackReason) throw new Error(`Kernel ${spec.name} fell back to cpu: ${kernel.kernel.fallbackReason}`);
      device.count([spec]);
      return flat(result);
    });
  }

  destroy(): void {
    if (this.made?.generation === this.device.generation) this.made.kernel.destroy();
    this.made = null;
  }
}

class GpuPipeline<A extends string, R extends string> implements DevicePipeline<A, R> {
  private made: ReturnType<GpuPipeline<A, R>['make']> | null = null;
  private warned = false;

  constructor(
    private readonly device: GpuDevice,
    private readonly names: readonly A[],
    private readonly plan: (step: Step, args: Readonly<Record<A, Handle>>) => Record<R, Handle>,
    private readonly threads: boolean,
  ) {}

  run(args: Readonly<Record<A, KernelArgument>>): Promise<Record<R, Float32Array>> {
    return this.device.surviving(async () => {
      const { device } = this;
      if (this.made?.generation !== device.generation) this.made = this.make();
      const { pipeline, kernels } = this.made;
      const values = this.names.map((name) => toLibrary(device.library, args[name]));
      const results = (await pipeline(...values)) as unknown as Record<R, unknown>;
      device.count(kernels);
      this.warn();
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, flat(value)])) as Record<R, Float32Array>;
    });
  }

  async destroy(): Promise<void> {
    const { made } = this;
    this.made = null;
    if (made?.generation !== this.device.generation) return;
    await made.pipeline.destroy();
    for (const kernel of made.compiled.values()) kernel.destroy();
  }

  identity(): { backend: string | null; executor: string; reason: string | null } {
    const pipeline = this.made!.pipeline;
    return { backend: pipeline.backend, executor: pipeline.executorKind, reason: pipeline.fallbackReason };
  }

  /** `kernels`: one for each step, filled by the first run; `compiled`: what the pipeline takes its own copies from. */
  private make() {
    const { device, names, plan, threads } = this;
    const kernels: KernelSpec[] = [];
    const compiled = new Map<KernelSpec, IKernelRunShortcut>();
    const step: Step = (spec, ...args) => {
      const kernel = compiled.get(spec) ?? device.compile(spec);
      compiled.set(spec, kernel);
      kernels.push(spec);
      return kernel(...(args as never[])) as unknown as Handle;
    };
    const traced = (...handles: Handle[]) => {
      kernels.length = 0;
      return plan(step, Object.fromEntries(names.map((name, at) => [name, handles[at]])) as Record<A, Handle>);
    };
    // gpu.js reads from the function's length how many arguments there will be.
    Object.defineProperty(traced, 'length', { value: names.length });
    return { generation: device.generation, pipeline: device.opened().createPipeline(traced, { threads }), kernels, compiled };
  }

  private warn(): void {
    const { executor, reason } = this.identity();
    if (this.warned || executor === EXECUTOR[this.device.backend] || (this.threads && executor === ON_THREADS)) return;
    this.warned = true;
    this.device.log(`A pipeline on ${this.device.backend} runs ${executor}, which is slow: ${reason ?? 'no reason given'}.`);
  }
}

function toLibrary(library: Library, value: KernelArgument): number | Float32Array | Input {
  if (typeof value === 'number' || value instanceof Float32Array) return value;
  // The library's types know arrays of numbers alone; it copies from typed arrays as well.
  return new library.Input(value.values as unknown as number[], [value.width, value.height]);
}

/** Rows are views of one buffer on webasm and webgpu, arrays of their own on cpu. */
function flat(result: unknown): Float32Array {
  if (result instanceof Float32Array) return result.slice();
  const rows = result as readonly Float32Array[];
  const width = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * width);
  for (let y = 0; y < rows.length; y += 1) values.set(rows[y]!, y * width);
  return values;
}
