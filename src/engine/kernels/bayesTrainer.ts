import * as kernels from './bayes.kernels.ts';
import {
  HEAD_INPUTS,
  HEAD_OUTPUTS,
  type HeadGradient,
  type HeadLayer,
  type HeadShape,
  type HeadTrainer,
  newGradient,
} from './bayesShape.ts';
import type { Device, Handle, KernelSource, KernelSpec, Matrix, Step } from './device.ts';

const TRAINING_ARGUMENTS = ['x', 'e', 'logStd', 'share', 'eps0', 'eps1', 'eps2', 'M0', 'M1', 'M2', 'v0', 'v1', 'v2'] as const;

/** The training step as one pipeline. Padded rows have a share of 0 in the loss, and so in every gradient. */
export function kernelTrainer(device: Device, shape: HeadShape, capacity: number): HeadTrainer {
  const { layers } = shape;
  const [first, second, last] = layers.map((layer, depth) => layerKernels(layer, depth, capacity)) as [
    LayerKernels,
    LayerKernels,
    LayerKernels,
  ];
  const precision = spec('bayes.precision', kernels.precision, [1, capacity]);
  const outputGradient = spec('bayes.outputGradient', kernels.outputGradient, [HEAD_OUTPUTS, capacity]);
  const pipeline = device.pipeline(TRAINING_ARGUMENTS, (step, a) => {
    const one = forward(step, first, a.x, a.M0, a.v0, a.eps0);
    const h1 = step(first.squash, one.linear);
    const two = forward(step, second, h1, a.M1, a.v1, a.eps1);
    const h2 = step(second.squash, two.linear);
    const { linear: output, spread } = forward(step, last, h2, a.M2, a.v2, a.eps2);
    const g2 = step(outputGradient, a.e, a.share, output, step(precision, a.logStd, output));
    const da2 = step(last.spreadGradient, g2, a.eps2, spread);
    const g1 = step(last.inputGradient, h2, g2, da2, a.M2, a.v2);
    const da1 = step(second.spreadGradient, g1, a.eps1, two.spread);
    const g0 = step(second.inputGradient, h1, g1, da1, a.M1, a.v1);
    const da0 = step(first.spreadGradient, g0, a.eps0, one.spread);
    return {
      output,
      dM0: step(first.meanGradient, a.x, g0),
      dM1: step(second.meanGradient, h1, g1),
      dM2: step(last.meanGradient, h2, g2),
      dv0: step(first.varianceGradient, a.x, da0),
      dv1: step(second.varianceGradient, h1, da1),
      dv2: step(last.varianceGradient, h2, da2),
    };
  });
  const gradient: HeadGradient = newGradient(shape, capacity);
  const logStd = new Float32Array(capacity);
  const column = (values: Float32Array): Matrix => ({ values, width: 1, height: capacity });
  return {
    async run(batch, mean, variance, ls0) {
      for (let t = 0; t < capacity; t += 1) logStd[t] = batch.logStd[t]! + ls0;
      const eps = (depth: 0 | 1 | 2): Matrix => ({ values: batch.noise[depth], width: layers[depth].outputs, height: capacity });
      const result = await pipeline.run({
        x: { values: batch.x, width: HEAD_INPUTS, height: capacity },
        e: column(batch.e),
        logStd: column(logStd),
        share: column(batch.share),
        eps0: eps(0),
        eps1: eps(1),
        eps2: eps(2),
        M0: matrixOf(layers[0], mean),
        M1: matrixOf(layers[1], mean),
        M2: matrixOf(layers[2], mean),
        v0: matrixOf(layers[0], variance),
        v1: matrixOf(layers[1], variance),
        v2: matrixOf(layers[2], variance),
      });
      gradient.output.set(result.output);
      gradient.mean.set(result.dM0, layers[0].from);
      gradient.mean.set(result.dM1, layers[1].from);
      gradient.mean.set(result.dM2, layers[2].from);
      gradient.variance.set(result.dv0, layers[0].from);
      gradient.variance.set(result.dv1, layers[1].from);
      gradient.variance.set(result.dv2, layers[2].from);
      return gradient;
    },
    close: () => pipeline.destroy(),
  };
}

interface LayerKernels {
  readonly spread: KernelSpec;
  readonly linear: KernelSpec;
  readonly squash: KernelSpec;
  readonly spreadGradient: KernelSpec;
  readonly meanGradient: KernelSpec;
  readonly varianceGradient: KernelSpec;
  readonly inputGradient: KernelSpec;
}

function layerKernels({ inputs, outputs }: HeadLayer, depth: number, rows: number): LayerKernels {
  const ofLayer = (name: string, source: KernelSource, output: readonly number[]) =>
    spec(`bayes.${name}${depth}`, source, output, { I: inputs, O: outputs, rows });
  return {
    spread: ofLayer('spread', kernels.spread, [outputs, rows]),
    linear: ofLayer('linear', kernels.linear, [outputs, rows]),
    squash: ofLayer('squash', kernels.squash, [outputs, rows]),
    spreadGradient: ofLayer('spreadGradient', kernels.spreadGradient, [outputs, rows]),
    meanGradient: ofLayer('meanGradient', kernels.meanGradient, [outputs, inputs + 1]),
    varianceGradient: ofLayer('varianceGradient', kernels.varianceGradient, [outputs, inputs + 1]),
    inputGradient: ofLayer('inputGradient', kernels.inputGradient, [inputs, rows]),
  };
}

/** x M + b + eps √a, and √a for the way back. */
function forward(step: Step, layer: LayerKernels, x: Handle, M: Handle, v: Handle, eps: Handle): { linear: Handle; spread: Handle } {
  const spread = step(layer.spread, x, v);
  return { spread, linear: step(layer.linear, x, M, eps, spread) };
}

function matrixOf({ inputs, outputs, from, to }: HeadLayer, flat: Float64Array): Matrix {
  return { values: Float32Array.from(flat.subarray(from, to)), width: outputs, height: inputs + 1 };
}

function spec(name: string, source: KernelSource, output: readonly number[], constants: Readonly<Record<string, number>> = {}): KernelSpec {
  return { name, source, output, constants };
}
