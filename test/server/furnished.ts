import { vi } from 'vitest';
import type { Metrics, ModelUpdate, TrainingProgress } from '../../src/domain.ts';
import type { Recommender } from '../../src/recommender.ts';

const AT = Date.UTC(2026, 0, 1);

/**
 * Gives a server that has been trained with nothing something to answer for every field, and keeps what would take long or take away
 * from being done.
 * @returns says whom the kept updates are about
 */
export function furnish(service: Recommender): { about(userId: string): void } {
  const metrics: Metrics = { ratings: 1, rmse: 1, mae: 1, nll: 1, crps: 1, coverage50: 1, coverage80: 1, coverage90: 1, coverage95: 1 };
  const status = service.modelStatus();
  const models = [{ model: 'MF' as const, holdout: metrics, live: metrics }];
  const factor = { index: 0, label: 'serious', genres: ['Drama'], share: 1, strength: 3, highest: () => ['1'], lowest: () => ['2'] };
  vi.spyOn(service, 'modelStatus').mockReturnValue({ ...status, metrics: models, lastTrainingError: 'the trainer fell' });
  vi.spyOn(service, 'modelVersions').mockReturnValue([
    {
      version: 1,
      sequence: 1,
      trainedAt: AT,
      active: true,
      activatable: true,
      refusedBecause: null,
      models: ['MF'],
      metrics: models,
      losses: [{ model: 'MF', epoch: 1, loss: 1, rmse: 1 }],
    },
  ]);
  vi.spyOn(service, 'liveCurve').mockReturnValue([{ sequence: 1, rmse: 1, nll: 1, coverage90: 1 }]);
  vi.spyOn(service, 'fairness').mockResolvedValue({
    computedAt: 0,
    sequence: 1,
    popularityOfRecommended: 1,
    popularityOfRated: 1,
    gini: 0.5,
    longTailShare: 0.5,
    groups: [{ attribute: 'gender', group: 'F', users: 2, ratings: 2, rmse: 1, rmseLow: 0.5, rmseHigh: 1.5, ndcgAt10: 0.5 }],
    exposure: [{ attribute: 'genre', group: 'Drama', movies: 1, shareOfRated: 1, shareOfRecommended: 1 }],
    summary: ['Nobody is served worse.'],
  });
  vi.spyOn(service, 'latentFactors').mockReturnValue([factor]);
  vi.spyOn(service, 'factorPositions').mockReturnValue([{ factor, position: 1 }]);
  vi.spyOn(service, 'movieLoadings').mockReturnValue([0.2]);
  vi.spyOn(service, 'favouriteGenres').mockReturnValue([{ genre: 'Drama', ratingCount: 1, meanRating: 4, lift: 1 }]);
  vi.spyOn(service, 'similarMovies').mockReturnValue([
    { movieId: '2', similarity: 1, likedTogether: 1, sharedFactor: factor, reason: 'both are serious' },
  ]);
  vi.spyOn(service, 'influences').mockReturnValue([{ movieId: '2', rating: 4, weight: 1, attention: null }]);
  vi.spyOn(service, 'train').mockReturnValue({ id: '1', startedAt: AT, models: ['MF'], alreadyRunning: false });
  vi.spyOn(service, 'activate').mockImplementation(async () => service.modelStatus());
  vi.spyOn(service, 'forget').mockImplementation(async (userId) => ({ userId, ratingsRemoved: 0, sequence: 1 }));
  vi.spyOn(service, 'withdraw').mockImplementation((input) => service.rate({ ...input, rating: 4, ratedAt: null, requestId: null }));
  return furnishFeeds(service);
}

function furnishFeeds(service: Recommender): { about(userId: string): void } {
  const update: ModelUpdate = {
    kind: 'RATING',
    sequence: 1,
    modelVersion: 0,
    serving: 'MF',
    at: AT,
    userId: '2',
    movieId: '5',
    rating: 4,
    before: 3,
    after: 3.5,
    runningRmse: 1,
  };
  vi.spyOn(service, 'onModelUpdated').mockImplementation((listener) => {
    // One of each user: who hears of one alone gets that one, who hears of all gets the one of another first.
    for (const userId of ['2', '1']) listener({ ...update, userId });
    return () => {};
  });
  const progress: TrainingProgress = { model: 'MF', epoch: 1, epochs: 1, loss: 1, rmse: 1, done: 1, finished: true, error: null };
  vi.spyOn(service, 'onTrainingProgress').mockImplementation((listener) => {
    listener(progress);
    return () => {};
  });
  return { about: (userId) => vi.spyOn(service, 'updates').mockReturnValue([{ ...update, userId }]) };
}
