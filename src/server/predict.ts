import type { FastifyInstance } from 'fastify';
import { badInput, RequestError } from '../errors.ts';
import { isAtLeast } from '../resolvers/caller.ts';
import { countOf } from '../resolvers/guard.ts';
import type { RecommenderService } from '../service.ts';
import { callerOf } from './authentication.ts';
import { PREDICT_COST } from './cost.ts';
import type { RateLimits } from './rateLimits.ts';

const DEFAULT_N = 3;
/** The lab ranks all movies by predicted rating, rated ones included. */
const BY_RATING = { model: 'HYBRID', strategy: 'EXPECTED', filter: {}, diversity: 0, popularity: 0, includeRated: true } as const;

const FOREIGN_USER = '/predict needs a token of the role read, or the token of the user whom it is about.';

/** `POST /predict`, the lab's REST call: the best movies of a user by predicted rating, those rated already included. */
export function servePredict(app: FastifyInstance, service: RecommenderService, { operations, keyOf }: RateLimits): void {
  app.post('/predict', async (request) => {
    const { userId, n } = readBody(request.body);
    const caller = callerOf(request);
    if (!isAtLeast(caller.role, 'read') && caller.userId !== userId) throw new RequestError('FORBIDDEN', FOREIGN_USER);
    const refusal = (await operations?.take(keyOf(caller, request.raw), PREDICT_COST)) ?? null;
    if (refusal !== null) throw refusal;
    const best = service.recommend(userId, { ...BY_RATING, n });
    return {
      recommendations: best.map(({ prediction }) => ({
        movie_id: prediction.movieId,
        rating: prediction.score,
        variance: prediction.variance,
      })),
    };
  });
}

function readBody(body: unknown): { userId: string; n: number } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badInput('user_id', 'The body must be a JSON object such as {"user_id": 1}.');
  }
  const { user_id: userId, n = DEFAULT_N } = body as { user_id?: unknown; n?: unknown };
  const isId = typeof userId === 'string' || Number.isSafeInteger(userId);
  if (!isId) throw badInput('user_id', 'user_id must be a string or a whole number, as in {"user_id": 1}.');
  if (typeof n !== 'number') throw badInput('n', 'n must be a whole number from 1 to 1000.');
  return { userId: String(userId), n: countOf('n', n) };
}
