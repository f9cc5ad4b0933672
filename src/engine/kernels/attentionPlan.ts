import * as backward from './attentionBackward.kernels.ts';
import * as forward from './attentionForward.kernels.ts';
import { ROW_LEAK, SCORE_LEAK } from './attentionStep.ts';
import type { Handle, KernelSource, Step } from './device.ts';

/** Sizes of the rows of one side, and of what they hear. */
export interface SidePlan {
  readonly rows: number;
  readonly sources: number;
  /** Length of a row's own features. */
  readonly inputs: number;
  /** Room for edges. */
  readonly edges: number;
}

/** Sizes of the layer. */
export interface LayerPlan {
  readonly d: number;
  readonly H: number;
  readonly levels: number;
  /** Large sums are taken over blocks of this many rows first, so that many threads share in them and none runs long. */
  readonly block: number;
}

type Constants = Readonly<Record<string, number>>;
export type Handles<Names extends string> = Readonly<Record<Names, Handle>>;

/** Arguments of one side. */
export const SIDE_ARGUMENTS = [
  ...(['x', 'hiddenDropout', 'rowDropout', 'ptr', 'message', 'row', 'heardPtr', 'heardBy', 'levelPtr', 'heardAt', 'heardFrom'] as const),
  ...(['F', 'W', 'Wr', 'br', 'as', 'ar', 'ad', 'Wd', 'S', 'O'] as const),
] as const;
export type SideHandles = Handles<(typeof SIDE_ARGUMENTS)[number]>;

/** What the way forward leaves for the way back. */
export type Forward = Handles<'M' | 'T' | 'key' | 'query' | 'own' | 'alpha' | 'heard' | 'y' | 'z'>;

/** Adds the kernels of a layer to a pipeline, one method for each part of the equations in attentionForward.ts and attentionBackward.ts. */
export class AttentionPlan {
  private readonly w: number;

  constructor(
    private readonly step: Step,
    private readonly layer: LayerPlan,
  ) {
    this.w = layer.d / layer.H;
  }

  hidden({ rows, inputs }: SidePlan, a: SideHandles): Handle {
    return this.add(forward.hidden, [this.layer.d, rows], { I: inputs }, a.x, a.F, a.hiddenDropout);
  }

  /** z of the rows of one side. @param h hidden features of the rows @param other of the sources */
  forward({ rows, sources, edges }: SidePlan, a: SideHandles, h: Handle, other: Handle): Forward {
    const { d, H, levels: R } = this.layer;
    const { w } = this;
    const score = { H, leak: SCORE_LEAK };
    const M = this.add(forward.transform, [d, R * d], { d }, a.W, a.Wr);
    const T = this.add(forward.message, [d, sources * R], { d, R }, other, M, a.br, a.heardPtr);
    const key = this.add(forward.key, [H, sources * R], { w, R }, T, a.as, a.ar);
    const query = this.add(forward.query, [H, d], { w }, a.Wd, a.ad);
    const own = this.add(forward.product, [H, rows], { I: d }, h, query);
    const most = this.add(forward.most, [H, rows], score, key, own, a.ptr, a.message);
    const weight = this.add(forward.weight, [edges * H], score, key, own, most, a.message, a.row);
    const total = this.add(forward.edgeSum, [H, rows], { H }, weight, a.ptr);
    const alpha = this.add(forward.alpha, [edges * H], { H }, weight, total, a.row);
    const heard = this.add(forward.heard, [w, rows * H], { H, w }, alpha, T, a.ptr, a.message);
    const y = this.add(forward.bent, [d, rows], { H, w, d, leak: ROW_LEAK }, heard, h, a.S);
    const z = this.add(forward.output, [d, rows], { d }, y, a.O, a.rowDropout);
    return { M, T, key, query, own, alpha, heard, y, z };
  }

  /** delta − residual of the targets. */
  error(targets: number, zu: Handle, zi: Handle, a: Handles<'userWeight' | 'movieWeight' | 'u' | 'i' | 'aim'>, nodes: [number, number]) {
    const { d } = this.layer;
    const leanU = this.add(forward.leaning, [nodes[0]], { d }, zu, a.userWeight);
    const leanI = this.add(forward.leaning, [nodes[1]], { d }, zi, a.movieWeight);
    return this.add(forward.error, [targets], { d }, zu, zi, leanU, leanI, a.u, a.i, a.aim);
  }

  /** Gradients by the rows before their dropout, and by the weight of the rows in delta. */
  rowGradients(
    { rows }: SidePlan,
    a: SideHandles,
    error: Handle,
    z: Handle,
    otherZ: Handle,
    targets: Handles<'ptr' | 'at' | 'partner' | 'weight'>,
  ): Handles<'dz' | 'weight'> {
    const { ptr, at, partner, weight } = targets;
    const dz = this.add(backward.rowGradient, [this.layer.d, rows], {}, error, otherZ, weight, ptr, at, partner, a.rowDropout);
    const errorSum = this.add(backward.errorSum, [1, rows], {}, error, ptr, at);
    return { dz, weight: this.outer(rows, 1, this.layer.d, errorSum, z) };
  }

  /** Gradients by the weights of one side except F, by its rows' hidden features, and by its messages. */
  backward({ rows, sources, edges }: SidePlan, a: SideHandles, f: Forward, h: Handle, other: Handle, dz: Handle) {
    const { d, H, levels: R } = this.layer;
    const { w } = this;
    const G = this.add(backward.bentGradient, [d, rows], { d, leak: ROW_LEAK }, dz, a.O, f.y);
    const mean = this.add(backward.meanGradient, [H, rows], { H, w }, G, f.heard);
    const dalpha = this.add(backward.alphaGradient, [edges * H], { H, w }, G, f.T, a.message, a.row);
    const leak = { H, leak: SCORE_LEAK };
    const dscore = this.add(backward.scoreGradient, [edges * H], leak, f.alpha, dalpha, mean, f.key, f.own, a.message, a.row);
    const down = this.add(forward.edgeSum, [H, rows], { H }, dscore, a.ptr);
    const dkey = this.add(backward.keyGradient, [H, sources * R], { H }, dscore, a.heardPtr, a.heardBy);
    const dT = this.add(backward.messageGradient, [w, sources * R * H], { H, w }, f.alpha, G, dkey, a.as, a.heardPtr, a.heardBy, a.row);
    return {
      dT,
      asRow: this.add(backward.ownGradient, [d, rows], { d, H }, G, a.S, down, f.query),
      O: this.outer(rows, d, d, f.y, dz),
      S: this.outer(rows, d, d, h, G),
      query: this.outer(rows, d, H, h, down),
      as: this.reduced(backward.keyWeightGradient, sources * R, 1, d, { w }, dkey, f.T),
      ar: this.reduced(backward.levelSum, sources, R, H, {}, dkey),
      br: this.reduced(backward.levelSum, sources, R * H, w, {}, dT),
      Wr: this.reduced(backward.transformGradient, sources, R * d * H, w, { d, H, R }, other, dT, a.levelPtr, a.heardAt, a.heardFrom),
    };
  }

  /**
   * Gradient by F of a side. @param sends arguments of the side that hears its messages @param M transforms of that side
   * @param dT gradient by those messages @param asRow gradient by its hidden features as rows
   */
  featureGradient({ rows, inputs }: SidePlan, a: SideHandles, sends: SideHandles, M: Handle, dT: Handle, asRow: Handle): Handle {
    const { d, H, levels: R } = this.layer;
    const dh = this.add(backward.hiddenGradient, [d, rows], { d, H, w: this.w, R }, dT, M, sends.heardPtr, asRow, a.hiddenDropout);
    return this.outer(rows, inputs, d, a.x, dh);
  }

  /** Aᵀ C of [rows x inputs] and [rows x columns]. */
  private outer(rows: number, inputs: number, columns: number, A: Handle, C: Handle): Handle {
    return this.reduced(backward.outer, rows, inputs, columns, {}, A, C);
  }

  private reduced(source: KernelSource, N: number, I: number, columns: number, constants: Constants, ...args: Handle[]): Handle {
    const B = Math.min(N, this.layer.block);
    const blocks = Math.ceil(N / B);
    const parts = this.add(source, [columns, I * blocks], { ...constants, I, N, B }, ...args);
    return blocks === 1 ? parts : this.add(backward.blockSum, [columns, I], { I, N: blocks }, parts);
  }

  private add(source: KernelSource, output: readonly number[], constants: Constants, ...args: Handle[]): Handle {
    return this.step({ name: `attention.${source.name}`, source, output, constants }, ...args);
  }
}
