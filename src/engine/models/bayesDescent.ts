import type { HeadShape, HeadTrainer } from '../kernels/bayesShape.ts';
import { AdamW, cosineRate } from '../math/optimizer.ts';
import type { HeadBatches } from './bayesBatches.ts';
import { addLoss, divergence, fullGradient, type HeadParameters, priorPrecisions, variancesOf } from './bayesObjective.ts';

/** After every epoch, from 1: the loss, and the root of the mean squared error of the corrected means. */
export type EpochListener = (epoch: number, epochs: number, loss: number, rmse: number) => void;

/**
 * Descends to the posterior: one step of Adam a batch, on gradients that `trainer` computes for one draw.
 *
 * @throws Error when the loss is not finite
 */
export async function descend(
  shape: HeadShape,
  parameters: HeadParameters,
  batches: HeadBatches,
  trainer: HeadTrainer,
  { epochs, rate, warmUpEpochs }: { readonly epochs: number; readonly rate: number; readonly warmUpEpochs: number },
  onEpoch: EpochListener,
): Promise<void> {
  const { rows } = batches;
  const size = batches.batch.capacity;
  const steps = epochs * Math.ceil(rows / size);
  const precision = priorPrecisions(shape);
  const variance = new Float64Array(shape.size);
  const gradient = new Float64Array(parameters.flat.length);
  const adam = new AdamW(parameters.flat.length);
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const klWeight = Math.min(1, epoch / warmUpEpochs) / rows;
    const sums = { negativeLogLikelihood: 0, squares: 0 };
    batches.shuffle();
    for (let from = 0; from < rows; from += size) {
      const batch = batches.fill(from);
      const ls0 = parameters.flat[2 * shape.size]!;
      const data = await trainer.run(batch, parameters.mean, variancesOf(parameters.rho, variance), ls0);
      addLoss(batch, data, ls0, sums);
      fullGradient(parameters, precision, batch, data, klWeight, gradient);
      adam.step(parameters.flat, gradient, cosineRate(rate, step, steps));
      step += 1;
    }
    const loss = sums.negativeLogLikelihood / rows + klWeight * divergence(parameters, precision);
    if (!Number.isFinite(loss)) {
      throw new Error(`The Bayesian head diverged in epoch ${epoch} of ${epochs}: its loss is ${loss}. A smaller rate may help.`);
    }
    onEpoch(epoch, epochs, loss, Math.sqrt(sums.squares / rows));
  }
}
