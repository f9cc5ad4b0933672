import type { Contribution, Explanation, PredictionBasis, RatingScale } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import { type AxisDescription, type ReadableAxes, splitOnAxes } from '../models/readableAxes.ts';
import type { FactorParts } from '../online/ensemble.ts';
import { latentFactor } from './latentFactors.ts';
import { type AxisReason, summaryOf } from './summary.ts';

/** What an explanation is made from: copied when the prediction is made, put into words when somebody asks. */
export interface ExplainedScore {
  readonly basis: PredictionBasis;
  readonly scale: RatingScale;
  readonly score: number;
  readonly standardDeviation: number;
  /** Working points. */
  readonly factorization: FactorParts;
  /** The mean of all ratings, rating points. */
  readonly mean: number;
  /** Rating points in a working point. */
  readonly points: number;
  /** What graph attention and the Bayesian head add, rating points; null for a model without them. */
  readonly graph: number | null;
  readonly bayes: number | null;
  /** What keeping the score within the scale takes off or adds, rating points; nearly always 0. */
  readonly limit: number;
  readonly axes: ReadableAxes | null;
  readonly data: LiveData;
}

/** Movies named beside the end of an axis. */
const POLES = 2;

/** The taste part of a score, rating points. */
interface TasteParts {
  readonly mean: number;
  readonly user: number;
  readonly movie: number;
  readonly named: readonly { readonly contribution: Contribution; readonly reason: AxisReason }[];
  /** What the axes without words carry together. */
  readonly others: number;
}

/** One plain sentence, and contributions that add up to the score. */
export function explain(source: ExplainedScore): Explanation {
  const { points, factorization, mean, graph, bayes, limit } = source;
  const taste = tasteOf(source);
  const user = factorization.user * points + taste.user;
  const movie = factorization.movie * points + taste.movie;
  const contributions: Contribution[] = [
    plain('MEAN', 'the average rating', mean + taste.mean),
    plain('USER', 'how high this user rates', user),
    plain('MOVIE', 'how well the film is liked', movie),
    ...taste.named.map(({ contribution }) => contribution),
    plain('FACTOR', 'other tastes', taste.others),
    ...part('GRAPH', 'what you and the film have in common with those who rated alike', graph),
    ...part('BAYES', 'what the Bayesian network corrects', bayes),
    plain('LIMIT', 'kept within the rating scale', limit),
  ];
  const axes = taste.named.map(({ reason }) => reason);
  return { summary: summaryOf({ ...source, user, movie, axes, others: taste.others, graph: graph ?? 0 }), contributions };
}

/** p·q split on the axes that have words; without any it is one sum. */
function tasteOf({ axes, factorization: { p, q }, points, data }: ExplainedScore): TasteParts {
  if (axes === null) {
    let sum = 0;
    for (let f = 0; f < p.length; f += 1) sum += p[f]! * q[f]!;
    return { mean: 0, user: 0, movie: 0, named: [], others: sum * points };
  }
  const { constant, user, movie, positions, loadings, rest } = splitOnAxes(axes, p, q);
  let others = rest;
  for (let f = axes.described.length; f < axes.axes; f += 1) others += positions[f]! * loadings[f]!;
  const named = axes.described.map((axis, f) => {
    const value = positions[f]! * loadings[f]! * points;
    const isHigh = positions[f]! > 0;
    return {
      contribution: { kind: 'FACTOR', label: axis.label, value, factor: latentFactor(axes, f, data) } as const,
      reason: { value, side: isHigh ? axis.high : axis.low, films: poles(axis, isHigh, data) },
    };
  });
  return { mean: constant * points, user: user * points, movie: movie * points, named, others: others * points };
}

/** Titles at one end of an axis, as they are said: without the year that some data sets add, the article in front. */
function poles({ order }: AxisDescription, isHigh: boolean, data: LiveData): string[] {
  const ends = isHigh ? order.slice(0, POLES) : order.slice(-POLES).reverse();
  return Array.from(ends, (i) => data.movieRecords[i]!.title.replace(/ \(\d{4}\)$/, '').replace(/^(.+), (The|A|An)$/, '$2 $1'));
}

function plain(kind: Contribution['kind'], label: string, value: number): Contribution {
  return { kind, label, value, factor: null };
}

function part(kind: Contribution['kind'], label: string, value: number | null): Contribution[] {
  return value === null ? [] : [plain(kind, label, value)];
}
