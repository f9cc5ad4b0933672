import type { RelevanceFit } from '../models/relevance.ts';

const NOTHING = new Float32Array(0);

/** E alone: relevance without the implicit ALS. */
export function easeOnly(fit: RelevanceFit): RelevanceFit {
  return { ...fit, als: { ...fit.als, factors: 0, vectors: NOTHING, gram: new Float64Array(0) }, alsSide: NOTHING };
}

/** I alone: relevance without EASE. What the population would say after answers goes with it, as its covariance is between EASE's columns. */
export function alsOnly(fit: RelevanceFit): RelevanceFit {
  const population = { ...fit.population, covariance: NOTHING, questions: new Int32Array(0) };
  return { ...fit, ease: { movies: new Int32Array(0), W: NOTHING }, population };
}
