import type { AttentionWeights } from '../kernels/attentionParameters.ts';
import type { Device } from '../kernels/device.ts';
import { unitPosteriorMean } from '../math/gaussian.ts';
import type { Random } from '../math/random.ts';
import { ATTENTION_DEFAULTS, attentionDelta, attentionRowsOf, fitAttention, type StepListener, scaledAttention } from './attention.ts';
import type { AttentionLesson, AttentionShape } from './attentionLesson.ts';
import { fitHead, HEAD_DEFAULTS, type HeadPlanes, type HeadWeights, headPlanes } from './bayes.ts';
import { fitMemberTrust, type MemberRows, type MemberTrust, tilt } from './memberTrust.ts';

/** Attention explains fewer rows than these too well to be asked about the very rows that it was fitted to. */
const FEW_ROWS = 10_000;
/** In order of time, a first half of the lessons with so many rows says all about attention's 20,000 weights; the second judges it. */
const ENOUGH_ROWS = 100_000;
/** Draws of the head's weights, over which the planes are means. */
const DRAWS = 64;

/**
 * An attention lesson that knows of each target what the factorization predicted without having seen it. Working points.
 * The lessons of a fit cover every training row once.
 */
export interface HybridLesson extends AttentionLesson {
  readonly score: Float64Array; // [targets] unclipped mean of the members
  readonly variance: Float64Array; // [targets] V
  readonly disagreement: Float64Array; // [targets] score of the first member − score of the second
  readonly given: Float64Array; // [targets] n_u when the rating was predicted
  readonly r: Float64Array; // [targets]
}

/** A head: which member it believes, the posterior of its weights, and what they say of every prediction. */
export interface FittedHead {
  readonly trust: MemberTrust;
  readonly weights: HeadWeights;
  readonly planes: HeadPlanes;
}

/** What stands on the factorization: attention for `gnn`, a head on the factorization for `bnn`, a head on both for `hybrid`. */
export interface HybridFit {
  readonly attention: AttentionWeights;
  readonly bnn: FittedHead;
  readonly hybrid: FittedHead;
}

type HybridPart = 'gnn' | 'bnn' | 'hybrid';

/** Progress of one part: a step of attention or an epoch of a head. Loss as of its model, RMSE in working points or null. */
export type HybridListener = (part: HybridPart, epoch: number, epochs: number, loss: number, rmse: number | null) => void;

/**
 * The hybrid: score = factorization + delta + tilt × d + o0, variance = noise factor × V + variance of o0.
 *
 * The parts are fitted one after the other, each on predictions of what is below it that were made without their rating:
 * attention on the residuals of the factorization, `bnn`'s head on the factorization, `hybrid`'s head on factorization + delta.
 * A head first weighs the members (memberTrust.ts), then corrects what comes of it.
 * Attention is trusted as far as it predicts: on lessons in order of time, one that was fitted to the first half is asked about
 * the second, and how well it explains those residuals says which share of the whole attention's delta to take: the posterior
 * mean of that share. On few rows each half is asked of the other, and the heads learn from these deltas. On very many the one that was
 * fitted to the first half is taken itself.
 * @param ordered whether the lessons are in order of time, and the model will be asked about later ratings
 * @param device where the kernels run; null: the plain loops
 * @throws Error when a loss is not finite
 */
export async function fitHybrid(
  lessons: readonly HybridLesson[],
  shape: AttentionShape,
  ordered: boolean,
  random: Random,
  device: Device | null,
  listen: HybridListener = () => {},
): Promise<HybridFit> {
  const rows = joined(lessons);
  const few = rows.r.length < FEW_ROWS;
  const halves = lessons.length < 2 ? 0 : few ? 2 : ordered ? 1 : 0;
  const middle = Math.ceil(lessons.length / 2);
  const [first, second] = [lessons.slice(0, middle), lessons.slice(middle)];
  const enough = halves === 1 && joined(first).r.length >= ENOUGH_ROWS;
  const steps = new AttentionSteps(enough ? 1 : 1 + halves / 2, listen);
  const fitted = enough ? first : lessons;
  const whole = await fitAttention(fitted, shape, ATTENTION_DEFAULTS, random, device, steps.next(ATTENTION_DEFAULTS.steps));
  const { share, deltas } = await trusted();
  const hybrid = await headOn({ ...rows, score: rows.score.map((s, t) => s + share * deltas[t]!) }, 'hybrid');
  const bnn = await headOn(rows, 'bnn');
  return { attention: scaledAttention(whole, share), bnn, hybrid };

  /** The deltas that the heads learn from, and the share of them that is taken. */
  async function trusted(): Promise<{ share: number; deltas: Float64Array }> {
    if (halves === 0) return { share: 1, deltas: await deltasOf(lessons, whole) };
    const ofSecond = await deltasOf(second, enough ? whole : await fitHalf(first));
    if (halves === 1) {
      const deltas = enough ? concatenated([await deltasOf(first, whole), ofSecond]) : await deltasOf(lessons, whole);
      return { share: trustedShare(joined(second), ofSecond), deltas };
    }
    const deltas = concatenated([await deltasOf(first, await fitHalf(second)), ofSecond]);
    return { share: trustedShare(rows, deltas), deltas };
  }

  function fitHalf(half: readonly HybridLesson[]): Promise<AttentionWeights> {
    const options = { ...ATTENTION_DEFAULTS, steps: ATTENTION_DEFAULTS.steps / 2 };
    return fitAttention(half, shape, options, random, device, steps.next(options.steps));
  }

  /** What an attention adds to each target, from what its lesson knows. */
  async function deltasOf(asked: readonly HybridLesson[], attention: AttentionWeights): Promise<Float64Array> {
    const rows = await attentionRowsOf(attention, asked, device);
    const deltas = asked.map(({ targets }, lesson) => {
      const { users, movies } = rows[lesson]!;
      return Float64Array.from(targets.u, (u, t) => attentionDelta(attention, users, u, movies, targets.i[t]!));
    });
    return concatenated(deltas);
  }

  async function headOn(below: MemberRows, part: HybridPart): Promise<FittedHead> {
    const trust = fitMemberTrust(below);
    const score = below.score.map((s, t) => s + tilt(trust, below.given[t]!) * below.disagreement[t]!);
    const weights = await fitHead({ ...below, score }, HEAD_DEFAULTS, random, device, (epoch, epochs, loss, rmse) =>
      listen(part, epoch, epochs, loss, rmse),
    );
    return { trust, weights, planes: await headPlanes(weights, DRAWS, random, device) };
  }
}

/** Counts the steps of several attentions as one training. */
class AttentionSteps {
  private done = 0;
  private readonly all: number;
  private readonly listen: HybridListener;

  constructor(times: number, listen: HybridListener) {
    this.all = times * ATTENTION_DEFAULTS.steps;
    this.listen = listen;
  }

  next(steps: number): StepListener {
    const before = this.done;
    this.done += steps;
    return (step, _, loss) => this.listen('gnn', before + step, this.all, loss, Math.sqrt(loss));
  }
}

/**
 * Posterior mean of c in residual = c delta + noise, c uniform in (0, 1) before: never quite 0, so that what a rating changes in the
 * graph is always heard, and never more than the rows bear out.
 */
function trustedShare({ score, r }: MemberRows, delta: Float64Array): number {
  let both = 0;
  let squares = 0;
  let noise = 0;
  for (let t = 0; t < delta.length; t += 1) {
    const e = r[t]! - score[t]!;
    both += e * delta[t]!;
    squares += delta[t]! * delta[t]!;
    noise += e * e;
  }
  if (squares === 0 || noise === 0) return 0;
  return unitPosteriorMean(both / squares, Math.sqrt(noise / delta.length / squares));
}

/** The targets of all lessons, one after the other. */
function joined(lessons: readonly HybridLesson[]): MemberRows {
  const column = (name: keyof MemberRows) => concatenated(lessons.map((lesson) => lesson[name]));
  return {
    score: column('score'),
    variance: column('variance'),
    disagreement: column('disagreement'),
    given: column('given'),
    r: column('r'),
  };
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
