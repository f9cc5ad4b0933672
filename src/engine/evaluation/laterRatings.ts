import { inTimeOrder, type RatingTable, selectRows } from '../data/ratingTable.ts';
import type { Popularity } from '../models/popularity.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { LiveRelevance } from '../online/liveRelevance.ts';
import { bestMovies, type RankedUser } from './ranking.ts';
import { alsOnly, easeOnly } from './relevanceParts.ts';
import { type ListFigures, listFigures, strategyFigures } from './strategies.ts';

/** Share of each user's ratings that is learned. */
const LEARNED_SHARE = 0.8;

/** Each user's first 80 % by time, and the rest; both in time order. Random splits flatter: they let a model learn what came later. */
export function splitByTime(table: RatingTable): { train: RatingTable; test: RatingTable } {
  const ordered = inTimeOrder(table);
  const given = new Int32Array(table.users.length);
  for (const u of ordered.u) given[u]! += 1;
  const seen = new Int32Array(table.users.length);
  const [train, test]: [number[], number[]] = [[], []];
  ordered.u.forEach((u, row) => {
    const isLearned = seen[u]! < Math.floor(LEARNED_SHARE * given[u]!);
    seen[u]! += 1;
    (isLearned ? train : test).push(row);
  });
  return { train: selectRows(ordered, train), test: selectRows(ordered, test) };
}

/**
 * Lists for what users rate later: by each strategy as served, by the parts of relevance alone, by all of a user's ratings alike
 * (`undecayed`), and by popularity.
 * @param model fitted to `train`, with relevance @param popularity fitted to `train`
 */
export function laterFigures(model: LiveModel, popularity: Popularity, train: RatingTable, test: RatingTable): Record<string, ListFigures> {
  const { fit } = model.relevance!;
  const byScores = (scoreOf: (u: number) => (i: number) => number) =>
    listFigures(train, test, ({ u, seen }: RankedUser) => bestMovies(scoreOf(u), train.movies.length, seen));
  const byRelevance = (relevance: LiveRelevance) =>
    byScores((u) => {
      const scores = relevance.scoresOf(u);
      return (i) => scores[i]!;
    });
  return {
    ...strategyFigures(model, train, test),
    ease: byRelevance(new LiveRelevance(easeOnly(fit), model.vocabulary, model.data)),
    implicitAls: byRelevance(new LiveRelevance(alsOnly(fit), model.vocabulary, model.data)),
    undecayed: byRelevance(new LiveRelevance(fit, model.vocabulary, model.data, Number.POSITIVE_INFINITY)),
    popularity: byScores((u) => (i) => popularity.rankingScore(u, i)),
  };
}
