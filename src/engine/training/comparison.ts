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
  const differences: number[] = [];
  let activeSquares = 0;
  const { recent } = carried.metrics;
  for (let at = 0; at < recent.length; at += 3) {
    const own = fresh.get(recent[at]!);
    if (own === undefined) continue;
    const active = (recent[at + 1]! - recent[at + 2]!) ** 2;
    activeSquares += active;
    differences.push((own.score - own.rating) ** 2 - active);
  }
  return verdict(differences, activeSquares);
}

function verdict(differences: readonly number[], activeSquares: number): string | null {
  const n = differences.length;
  if (n < 2) return null;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const spread = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const share = mean / (activeSquares / n);
  if (share <= TOLERATED_SHARE || mean <= TOLERATED_ERRORS * Math.sqrt(spread / n)) return null;
  const above = Number.isFinite(share) ? `${(100 * share).toFixed(1)} % above` : 'above';
  return `on the newest ${n} ratings its squared error is ${above} that of the active version`;
}
