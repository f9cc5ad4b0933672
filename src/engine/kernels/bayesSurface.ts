import * as kernels from './bayes.kernels.ts';
import { HEAD_INPUTS, HEAD_OUTPUTS, type HeadLayer, type HeadShape, type HeadSurface, newSurface } from './bayesShape.ts';
import type { Device, Handle, KernelArgument, KernelSource, KernelSpec, Matrix, Step } from './device.ts';

/** Points that go through the networks together: the values of more would not stay near the processor. */
const GROUP = 2048;

/**
 * Monte Carlo over drawn networks, at many points, in one run of one pipeline: the points in groups, each with all draws.
 *
 * @param drawn [draws x size] weights of each draw
 * @param x [points x 3] standardised inputs
 */
export async function kernelSurface(
  device: Device,
  shape: HeadShape,
  drawn: Float64Array,
  ls0: number,
  x: Float64Array,
): Promise<HeadSurface> {
  const points = x.length / HEAD_INPUTS;
  const groups = Math.ceil(points / GROUP);
  const width = Math.ceil(points / groups);
  const args: Record<string, KernelArgument> = {};
  shape.layers.forEach((layer, depth) => {
    args[`W${depth}`] = drawnWeights(layer, drawn, shape.size);
  });
  for (let group = 0; group < groups; group += 1) args[`x${group}`] = pointsOf(x, group * width, width);

  const specs = surfaceKernels(shape, drawn.length / shape.size, width);
  const pipeline = device.pipeline(Object.keys(args), (step, handles) => {
    const results: Record<string, Handle> = {};
    for (let group = 0; group < groups; group += 1) planGroup(step, specs, handles, group, ls0, results);
    return results;
  });
  try {
    const result = await pipeline.run(args);
    const surface = newSurface(points);
    for (let group = 0; group < groups; group += 1) {
      const from = group * width;
      for (const name of ['offset', 'offsetVariance', 'noise'] as const) {
        surface[name].set(result[`${name}${group}`]!.subarray(0, points - from), from);
      }
    }
    return surface;
  } finally {
    await pipeline.destroy();
  }
}

type SurfaceKernels = Readonly<
  Record<'first' | 'second' | 'last' | 'squash' | 'offset' | 'offsetVariance' | 'factor' | 'noise', KernelSpec>
>;

function surfaceKernels({ layers, hidden }: HeadShape, draws: number, width: number): SurfaceKernels {
  const spec = (name: string, source: KernelSource, rows: number, constants: Readonly<Record<string, number>> = {}): KernelSpec => ({
    name: `bayes.${name}`,
    source,
    output: [width, rows],
    constants,
  });
  const [first, second, last] = layers;
  return {
    first: spec('drawnFirst', kernels.drawnFirst, draws * hidden, { I: first.inputs }),
    second: spec('drawnNext', kernels.drawnNext, draws * hidden, { I: second.inputs, O: second.outputs }),
    last: spec('drawnLast', kernels.drawnNext, draws * HEAD_OUTPUTS, { I: last.inputs, O: last.outputs }),
    squash: spec('drawnSquash', kernels.squash, draws * hidden),
    offset: spec('drawnMean', kernels.drawnMean, 1, { draws, stride: HEAD_OUTPUTS }),
    offsetVariance: spec('drawnVariance', kernels.drawnVariance, 1, { draws }),
    factor: spec('drawnNoise', kernels.drawnNoise, draws),
    noise: spec('drawnNoiseMean', kernels.drawnMean, 1, { draws, stride: 1 }),
  };
}

function planGroup(
  step: Step,
  specs: SurfaceKernels,
  handles: Readonly<Record<string, Handle>>,
  group: number,
  ls0: number,
  results: Record<string, Handle>,
): void {
  const { W0, W1, W2, [`x${group}`]: x } = handles;
  const one = step(specs.squash, step(specs.first, x!, W0!));
  const two = step(specs.squash, step(specs.second, one, W1!));
  const output = step(specs.last, two, W2!);
  const offset = step(specs.offset, output);
  results[`offset${group}`] = offset;
  results[`offsetVariance${group}`] = step(specs.offsetVariance, output, offset);
  results[`noise${group}`] = step(specs.noise, step(specs.factor, output, ls0));
}

/** A layer of every draw, a unit's weights in one row: [(draws x outputs) x (inputs + 1)]. */
function drawnWeights({ inputs, outputs, from }: HeadLayer, drawn: Float64Array, size: number): Matrix {
  const draws = drawn.length / size;
  const width = inputs + 1;
  const values = new Float32Array(draws * outputs * width);
  for (let draw = 0; draw < draws; draw += 1) {
    for (let j = 0; j < outputs; j += 1) {
      for (let i = 0; i < width; i += 1) values[(draw * outputs + j) * width + i] = drawn[draw * size + from + i * outputs + j]!;
    }
  }
  return { values, width, height: draws * outputs };
}

/** Inputs of `width` points, [3 by point]; beyond the last point 0. */
function pointsOf(x: Float64Array, from: number, width: number): Matrix {
  const values = new Float32Array(HEAD_INPUTS * width);
  const count = Math.min(width, x.length / HEAD_INPUTS - from);
  for (let n = 0; n < count; n += 1) {
    for (let i = 0; i < HEAD_INPUTS; i += 1) values[i * width + n] = x[(from + n) * HEAD_INPUTS + i]!;
  }
  return { values, width, height: HEAD_INPUTS };
}
