import type { Contribution, Explanation, PredictionBasis, RatingScale } from '../../domain.ts';

/** What a score is made of, in rating points; the sum is the score. */
interface ScoreParts {
  /** The mean of all ratings. */
  readonly mean: number;
  readonly user: number;
  readonly movie: number;
  readonly factors: readonly number[];
  /** What graph attention and the Bayesian head add; null for a model without them. */
  readonly graph: number | null;
  readonly bayes: number | null;
  /** What keeping the score within the scale takes off or adds; nearly always 0. */
  readonly limit: number;
}

/** What an explanation is told of a prediction. */
export interface ExplainedScore {
  readonly basis: PredictionBasis;
  readonly scale: RatingScale;
  readonly score: number;
  readonly parts: ScoreParts;
}

/** Share of the scale below which a part is not worth a word. */
const NOTABLE = 0.02;

/** One plain sentence, and contributions that add up to the score. */
export function explain(record: ExplainedScore, standardDeviation: number): Explanation {
  return { summary: summaryOf(record, standardDeviation), contributions: contributionsOf(record.parts) };
}

function contributionsOf(parts: ScoreParts): Contribution[] {
  return [
    { kind: 'MEAN', label: 'the average rating', value: parts.mean },
    { kind: 'USER', label: 'how high this user rates', value: parts.user },
    { kind: 'MOVIE', label: 'how well the film is liked', value: parts.movie },
    ...parts.factors.map((value, f): Contribution => ({ kind: 'FACTOR', label: `taste ${f + 1}`, value })),
    ...part('GRAPH', 'what you and the film have in common with those who rated alike', parts.graph),
    ...part('BAYES', 'what the Bayesian network corrects', parts.bayes),
    { kind: 'LIMIT', label: 'kept within the rating scale', value: parts.limit },
  ];
}

function part(kind: Contribution['kind'], label: string, value: number | null): Contribution[] {
  return value === null ? [] : [{ kind, label, value }];
}

function summaryOf({ score, scale, basis, parts }: ExplainedScore, standardDeviation: number): string {
  const notable = NOTABLE * (scale.max - scale.min);
  const taste = parts.factors.reduce((sum, part) => sum + part, 0);
  const graph = parts.graph ?? 0;
  const coldUser = basis === 'COLD_USER' || basis === 'COLD_BOTH';
  const reasons: string[] = [];
  if (coldUser) reasons.push('you have rated nothing yet');
  else if (Math.abs(parts.user) > notable) reasons.push(`you rate ${parts.user > 0 ? 'higher' : 'lower'} than most`);
  if (basis === 'COLD_MOVIE' || basis === 'COLD_BOTH') reasons.push('nobody has rated this film yet');
  else if (Math.abs(parts.movie) > notable) reasons.push(`the film is liked ${parts.movie > 0 ? 'more' : 'less'} than most`);
  if (!coldUser && Math.abs(taste) > notable) reasons.push(`your taste speaks ${taste > 0 ? 'for' : 'against'} it`);
  // Who has rated nothing rates like nobody, and what nobody has rated is liked by nobody.
  if (basis === 'LEARNED' && Math.abs(graph) > notable)
    reasons.push(`people who rated like you like it ${graph > 0 ? 'more' : 'less'} than your own tastes say`);
  if (reasons.length === 0) reasons.push('you and the film are both close to the average');
  return `Predicted ${score.toFixed(1)}, give or take ${standardDeviation.toFixed(1)}: ${joined(reasons)}.`;
}

/** "a", "a and b", "a, b and c" */
function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
