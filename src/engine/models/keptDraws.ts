import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import { type FactorBlock, groupValues, nodeMajor } from './factorBlock.ts';
import type { FactorSide } from './factorization.ts';

/** Sums over the kept draws of one side, for their means and variances. */
export class KeptDraws {
  private readonly block: FactorBlock;
  private readonly W: Moments;
  private readonly nodes: Moments;
  private readonly mu: Moments;
  private readonly priorVariance: Moments;
  private readonly logPrecision: Float64Array; // [nodes] sum of log beta_u
  private n = 0;

  constructor(block: FactorBlock) {
    this.block = block;
    this.W = new Moments(block.W);
    this.nodes = new Moments(block.mean);
    this.mu = new Moments(block.mu);
    this.priorVariance = new Moments(block.lambda);
    this.logPrecision = new Float64Array(block.nodes);
  }

  add(): void {
    const { precision } = this.block;
    this.n += 1;
    this.W.add(this.block.W);
    this.nodes.add(this.block.mean);
    this.mu.add(this.block.mu);
    this.priorVariance.add(this.block.lambda.map((column) => column.map((lambda) => 1 / lambda)));
    for (let node = 0; node < precision.length; node += 1) this.logPrecision[node]! += Math.log(precision[node]!);
  }

  side(): FactorSide {
    const { groupStart, features } = this.block.features;
    const implicitStart = groupStart[IMPLICIT_GROUP]!;
    const sideStart = groupStart[FIRST_SIDE_GROUP]!;
    const mu = this.mu.means();
    const weights = this.W.means();
    return {
      mean: nodeMajor(this.nodes.means(), 0, this.block.nodes),
      variance: nodeMajor(this.nodes.variances(), 0, this.block.nodes),
      ownMean: groupValues(mu, OWN_GROUP),
      ownVariance: groupValues(this.priorVariance.means(), OWN_GROUP),
      sideMean: nodeMajor(weights, sideStart, features),
      sideVariance: nodeMajor(this.W.variances(), sideStart, features),
      implicit: nodeMajor(weights, implicitStart, sideStart),
      implicitMean: groupValues(mu, IMPLICIT_GROUP),
      noiseOffset: this.logPrecision.map((sum) => -sum / this.n),
    };
  }
}

/** Mean and variance of arrays by column, over what was added. */
class Moments {
  private readonly first: Float64Array[];
  private readonly second: Float64Array[];
  private n = 0;

  constructor(like: readonly Float64Array[]) {
    this.first = like.map((column) => new Float64Array(column.length));
    this.second = like.map((column) => new Float64Array(column.length));
  }

  add(columns: readonly Float64Array[]): void {
    this.n += 1;
    for (let f = 0; f < columns.length; f += 1) {
      const [column, first, second] = [columns[f]!, this.first[f]!, this.second[f]!];
      for (let at = 0; at < column.length; at += 1) {
        const value = column[at]!;
        first[at]! += value;
        second[at]! += value * value;
      }
    }
  }

  means(): Float64Array[] {
    return this.first.map((column) => column.map((sum) => sum / this.n));
  }

  variances(): Float64Array[] {
    return this.second.map((column, f) => column.map((squares, at) => Math.max(squares / this.n - (this.first[f]![at]! / this.n) ** 2, 0)));
  }
}
