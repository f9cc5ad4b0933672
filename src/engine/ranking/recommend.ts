import type { Recommendation, RecommendRequest } from '../../domain.ts';
import { topPositions } from '../math/topk.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { candidatesFor } from './candidates.ts';
import { predictRow } from './prediction.ts';
import { diversify, POOL, preferLessPopular, type Row } from './rerank.ts';
import { OPTIMISM, type Scored, scoreCandidates, servedStrategy } from './strategy.ts';

/**
 * The best movies for a user: candidates, score, rank, predict; each row explains itself when asked.
 * The answer depends on the model's state and the arguments alone.
 * @param optimism epistemic standard deviations that UPPER_CONFIDENCE adds
 */
export function recommend(model: LiveModel, userId: string, request: RecommendRequest, optimism = OPTIMISM): Recommendation[] {
  const u = model.rowOfUser(userId);
  const { movieRecords } = model.data;
  const candidates = candidatesFor(model, u, request.filter, request.includeRated);
  const lessPopular = request.popularity > 0 && servedStrategy(model, request.strategy) === 'RELEVANCE';
  // The knobs put the best POOL in another order, whatever n is: ten rows are the first ten of a hundred.
  const wanted = lessPopular || request.diversity > 0 ? Math.max(request.n, POOL) : request.n;
  const scored = scoreCandidates(model, candidates, { ...request, userId, u, optimism, wanted });
  const rows = rank(model, scored, { ...request, popularity: lessPopular ? request.popularity : 0, wanted });
  const relevance = model.relevance?.scoresOf(u);
  return rows.map(({ i, score }, row) => ({
    rank: row + 1,
    relevance: relevance?.[i] ?? 0,
    rankingScore: score,
    prediction: predictRow(model, { u, i, userId, movieId: movieRecords[i]!.id }, request.model),
  }));
}

/** The best rows by score, then in the order that the knobs ask for; equal ones by id. */
function rank(
  model: LiveModel,
  { candidates, scores }: Scored,
  { n, wanted, popularity, diversity }: { n: number; wanted: number; popularity: number; diversity: number },
): Row[] {
  const { movieRecords } = model.data;
  const before = (left: number, right: number) => movieRecords[left]!.id < movieRecords[right]!.id;
  const best = topPositions(scores, wanted, (left, right) => before(candidates[left]!, candidates[right]!));
  let rows: Row[] = best.map((position) => ({ i: candidates[position]!, score: scores[position]! }));
  if (popularity > 0) rows = preferLessPopular(rows, popularity, (i) => model.relevance!.likedCount(i), standardOf(scores), before);
  if (diversity > 0) rows = diversify(rows, diversity, (i) => movieRecords[i]!.genres);
  return rows.slice(0, n);
}

function standardOf(scores: Float64Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const score of scores) sum += score;
  const mean = scores.length === 0 ? 0 : sum / scores.length;
  for (const score of scores) squares += (score - mean) ** 2;
  return { mean, deviation: scores.length === 0 ? 0 : Math.sqrt(squares / scores.length) };
}
