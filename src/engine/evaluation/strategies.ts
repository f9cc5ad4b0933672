import type { RecommendRequest, Strategy } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { recommend } from '../ranking/recommend.ts';
import { ListProperties, type ListSummary } from './listProperties.ts';
import { LIST_LENGTH, type RankedUser, RankingQuality, type RankingSummary, rankedUsers } from './ranking.ts';

const STRATEGIES: readonly Strategy[] = ['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON'];

const DIVERSITIES = [0, 0.1, 0.2, 0.3, 0.5];
const POPULARITIES = [0, 0.25, 0.5, 0.75, 1];

export type ListFigures = RankingSummary & ListSummary;

/** What a list is asked with; the model is the best there is. */
type Order = Pick<RecommendRequest, 'strategy' | 'diversity' | 'popularity'>;

/** One position of a knob. */
export interface KnobFigures extends ListFigures {
  readonly diversity: number;
  readonly popularity: number;
}

/** What the knobs do to the lists that RELEVANCE orders: each one turned while the other is 0. */
export interface Knobs {
  readonly diversity: readonly KnobFigures[];
  readonly popularity: readonly KnobFigures[];
}

/** Lists for the users who have a relevant movie in the test. @param listOf a user's ten, best first */
export function listFigures(train: RatingTable, test: RatingTable, listOf: (user: RankedUser) => readonly number[]): ListFigures {
  const quality = new RankingQuality();
  const properties = new ListProperties(train);
  for (const user of rankedUsers(train, test)) {
    const list = listOf(user);
    quality.add(list, user.relevant);
    properties.add(list);
  }
  return { ...quality.summary(), ...properties.summary() };
}

/** What the server recommends by each strategy, knobs at 0. @param model fitted to `train` */
export function strategyFigures(model: LiveModel, train: RatingTable, test: RatingTable): Record<string, ListFigures> {
  const figures = (strategy: Strategy) => listFigures(train, test, servedList(model, train, { strategy, diversity: 0, popularity: 0 }));
  return Object.fromEntries(STRATEGIES.map((strategy) => [strategy, figures(strategy)]));
}

export function knobFigures(model: LiveModel, train: RatingTable, test: RatingTable): Knobs {
  const turned = (knobs: Omit<Order, 'strategy'>) => ({
    ...knobs,
    ...listFigures(train, test, servedList(model, train, { strategy: 'RELEVANCE', ...knobs })),
  });
  return {
    diversity: DIVERSITIES.map((diversity) => turned({ diversity, popularity: 0 })),
    popularity: POPULARITIES.map((popularity) => turned({ diversity: 0, popularity })),
  };
}

/** Asks as a caller of the server does. */
function servedList(model: LiveModel, { users }: RatingTable, order: Order): (user: RankedUser) => number[] {
  const request = { ...order, n: LIST_LENGTH, model: model.serving, filter: {}, includeRated: false };
  return ({ u }) => recommend(model, users[u]!.id, request).map(({ prediction }) => model.rowOfMovie(prediction.movieId));
}
