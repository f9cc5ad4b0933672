import { type Predictions, predictionsOf } from '../online/liveMetrics.ts';
import type { LiveModel } from '../online/liveModel.ts';
import type { Carried } from './carried.ts';

/** A new version is refused when it is worse by more than this share ... */
const TOLERATED_SHARE = 0.03;
/** ... and by more than this many standard errors of the paired difference. */
const TOLERATED_ERRORS = 2;

/**
 * Compares a new version, just after it was folded over its hold-out, with what the active one predicted for the same events.
 * @returns why it must not serve, or null
 */
export function compareToActive(model: LiveModel, carried: Carried): string | null {
  const fresh = model.metrics.recentPredictions();
  for (const { score } of fresh.values()) if (!Number.isFinite(score)) return 'it predicts something that is not a number';
  if (carried.version === 0) return null;
  return compare(fresh, predictionsOf(carried.metrics.recent), 'the active version');
}

/** Compares what serves of a new version with its own factorization on the hold-out. @returns why it must not serve, or null */
export function compareToFactorization(model: LiveModel): string | null {
  if (model.hybrid === null) return null;
  return compare(model.metrics.recentPredictions(), model.factorizationMetrics.recentPredictions(), 'its own factorization');
}

function compare(fresh: Predictions, other: Predictions, whose: string): string | null {
  const differences: number[] = [];
  let otherSquares = 0;
  for (const [sequence, { score, rating }] of other) {
    const own = fresh.get(sequence);
    if (own === undefined) continue;
    otherSquares += (score - rating) ** 2;
    differences.push((own.score - own.rating) ** 2 - (score - rating) ** 2);
  }
  return verdict(differences, otherSquares, whose);
}

function verdict(differences: readonly number[], otherSquares: number, whose: string): string | null {
  const n = differences.length;
  if (n < 2) return null;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const spread = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const share = mean / (otherSquares / n);
  if (share <= TOLERATED_SHARE || mean <= TOLERATED_ERRORS * Math.sqrt(spread / n)) return null;
  const above = Number.isFinite(share) ? `${(100 * share).toFixed(1)} % above` : 'above';
  return `on the newest ${n} ratings its squared error is ${above} that of ${whose}`;
}
