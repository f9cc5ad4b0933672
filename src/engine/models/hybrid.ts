import type { AttentionWeights } from '../kernels/attentionParameters.ts';
import type { Device } from '../kernels/device.ts';
import type { Random } from '../math/random.ts';
import { ATTENTION_DEFAULTS, type AttentionLesson, type AttentionShape, attentionDelta, attentionRows, fitAttention } from './attention.ts';
import { fitHead, HEAD_DEFAULTS, type HeadPlanes, type HeadRows, type HeadWeights, headPlanes } from './bayes.ts';

/** Draws of the head's weights, over which the planes are means. */
const DRAWS = 64;

/**
 * An attention lesson that knows of each target what the factorization predicted without having seen it. Working points.
 * The lessons of a fit cover every training row once.
 */
export interface HybridLesson extends AttentionLesson {
  readonly score: Float64Array; // [targets] unclipped mean of the members
  readonly variance: Float64Array; // [targets] V
  readonly r: Float64Array; // [targets]
}

/** A head: the posterior of its weights, and what it says of every prediction. */
export interface FittedHead {
  readonly weights: HeadWeights;
  readonly planes: HeadPlanes;
}

/** What stands on the factorization: attention for `gnn`, a head on the factorization for `bnn`, a head on both for `hybrid`. */
export interface HybridFit {
  readonly attention: AttentionWeights;
  readonly bnn: FittedHead;
  readonly hybrid: FittedHead;
}

export type HybridPart = 'gnn' | 'bnn' | 'hybrid';

/** Progress of one part: a step of attention or an epoch of a head. Loss as of its model, RMSE in working points or null. */
export type HybridListener = (part: HybridPart, epoch: number, epochs: number, loss: number, rmse: number | null) => void;

/**
 * The hybrid: score = factorization + delta + o0, variance = noise factor × V + variance of o0.
 *
 * The three parts are fitted one after the other, each on the predictions of what is below it, all of them made without their
 * rating: attention on the residuals of the factorization, `hybrid`'s head on factorization + delta with the final weights of
 * the attention, `bnn`'s head on the factorization alone.
 * @param device where the kernels run; null: the plain loops
 * @throws Error when a loss is not finite
 */
export async function fitHybrid(
  lessons: readonly HybridLesson[],
  shape: AttentionShape,
  random: Random,
  device: Device | null,
  listen: HybridListener = () => {},
): Promise<HybridFit> {
  const attention = await fitAttention(lessons, shape, ATTENTION_DEFAULTS, random, device, (step, steps, loss) =>
    listen('gnn', step, steps, loss, Math.sqrt(loss)),
  );
  const rows = joined(lessons);
  const hybrid = await headOn({ ...rows, score: await corrected(lessons, attention, device) }, 'hybrid');
  const bnn = await headOn(rows, 'bnn');
  return { attention, bnn, hybrid };

  async function headOn(headRows: HeadRows, part: HybridPart): Promise<FittedHead> {
    const weights = await fitHead(headRows, HEAD_DEFAULTS, random, device, (epoch, epochs, loss, rmse) =>
      listen(part, epoch, epochs, loss, rmse),
    );
    return { weights, planes: await headPlanes(weights, DRAWS, random, device) };
  }
}

/** The targets of all lessons, one after the other. */
function joined(lessons: readonly HybridLesson[]): HeadRows {
  const column = (pick: (lesson: HybridLesson) => Float64Array) => concatenated(lessons.map(pick));
  return { score: column(({ score }) => score), variance: column(({ variance }) => variance), r: column(({ r }) => r) };
}

/** Each target's score with what attention adds, from what its lesson knows. */
async function corrected(lessons: readonly HybridLesson[], attention: AttentionWeights, device: Device | null): Promise<Float64Array> {
  const scores: Float64Array[] = [];
  for (const { userFeatures, movieFeatures, messages, targets, score } of lessons) {
    const rows = await attentionRows(attention, userFeatures, movieFeatures, messages, device);
    scores.push(score.map((s, t) => s + attentionDelta(attention, rows.users, targets.u[t]!, rows.movies, targets.i[t]!)));
  }
  return concatenated(scores);
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
