import type { Model, Strategy } from '../../domain.ts';
import { topPositions } from '../math/topk.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { drawScores } from './thompson.ts';

/** Epistemic standard deviations that UPPER_CONFIDENCE adds to a score unless told otherwise. */
export const OPTIMISM = 1;

/** Movies with what they are ordered by: relevance, or rating points. */
export interface Scored {
  readonly candidates: Int32Array;
  readonly scores: Float64Array;
}

/** What a user's list is to be ordered by. */
export interface Order {
  readonly userId: string;
  readonly u: number;
  /** Which model's predictions. */
  readonly model: Model;
  readonly strategy: Strategy;
  /** Epistemic standard deviations that UPPER_CONFIDENCE adds to a score. */
  readonly optimism: number;
  /** How many of the best must be among the answers. */
  readonly wanted: number;
}

/** The strategy that answers: RELEVANCE falls back to EXPECTED until something is fitted. */
export function servedStrategy(model: LiveModel, strategy: Strategy): Strategy {
  return strategy === 'RELEVANCE' && model.relevance === null ? 'EXPECTED' : strategy;
}

/** Scores all candidates, or at least all that can be among the best `wanted`. */
export function scoreCandidates(model: LiveModel, all: Int32Array, order: Order): Scored {
  switch (servedStrategy(model, order.strategy)) {
    case 'RELEVANCE':
      return scored(all, relevanceOf(model, order.u));
    case 'EXPECTED':
      return expected(model, all, order);
    case 'UPPER_CONFIDENCE':
      return inPoints(model, scored(all, optimistic(model, order)));
    case 'THOMPSON':
      return inPoints(model, { candidates: all, scores: drawScores(model, all, order) });
  }
}

function relevanceOf({ relevance }: LiveModel, u: number): (i: number) => number {
  const scores = relevance!.scoresOf(u);
  return (i) => scores[i]!;
}

function optimistic(model: LiveModel, { u, model: stage, optimism }: Order): (i: number) => number {
  return (i) => {
    const { score, epistemic } = model.predict(u, i, stage);
    return score + optimism * Math.sqrt(epistemic);
  };
}

/**
 * By predicted mean. A head moves a score by a bounded offset, which takes a whole prediction to know: only those are predicted
 * that may come in within twice that bound of the last wanted one before it.
 */
function expected(model: LiveModel, all: Int32Array, { u, model: stage, wanted }: Order): Scored {
  const below = { candidates: all, scores: model.scoresBelowHead(u, all, stage) };
  const bounds = model.offsetBounds(stage);
  const last = bounds === null ? undefined : topPositions(below.scores, wanted, (left, right) => left < right).at(-1);
  if (bounds === null || last === undefined) return inPoints(model, below);
  const least = below.scores[last]! + bounds.least - bounds.most;
  const contenders = all.filter((_, position) => below.scores[position]! >= least);
  return inPoints(
    model,
    scored(contenders, (i) => model.predict(u, i, stage).score),
  );
}

function scored(candidates: Int32Array, scoreOf: (i: number) => number): Scored {
  const scores = new Float64Array(candidates.length);
  for (let position = 0; position < scores.length; position += 1) scores[position] = scoreOf(candidates[position]!);
  return { candidates, scores };
}

/** From the working scale to rating points. */
function inPoints({ scale }: LiveModel, { candidates, scores }: Scored): Scored {
  for (let position = 0; position < scores.length; position += 1) scores[position] = scale.toRating(scores[position]!);
  return { candidates, scores };
}
