import type { EventBody, LogEvent, MovieRecord, UserRecord } from '../domain.ts';
import type { Keys } from './keys.ts';
import type { NewEvent } from './ratingLog.ts';

/** The columns of `events` in the order that statements name them. */
export const EVENT_COLUMNS = 'kind, user_key, movie_key, rating, rated_at, recorded_at, request_id, payload';

/** The payload of a rating that answers an onboarding question. */
const ONBOARDING = '{"onboarding":true}';

export type NewEventRow = [
  kind: string,
  userKey: number | null,
  movieKey: number | null,
  rating: number | null,
  ratedAt: number | null,
  recordedAt: number,
  requestId: string | null,
  payload: string | null,
];
export type EventRow = [sequence: number, ...NewEventRow];

/** The row of an event. Users and movies that it names get a key where they have none. */
export function toRow({ at, requestId, body }: NewEvent, keys: Keys): NewEventRow {
  switch (body.kind) {
    case 'rated': {
      const movieKey = keys.movies.findOrCreate(body.movieId);
      const payload = body.onboarding ? ONBOARDING : null;
      return [body.kind, keys.users.findOrCreate(body.userId), movieKey, body.rating, body.ratedAt, at, requestId, payload];
    }
    case 'notSeen':
    case 'withdrawn': {
      const movieKey = keys.movies.findOrCreate(body.movieId);
      return [body.kind, keys.users.findOrCreate(body.userId), movieKey, null, null, at, requestId, null];
    }
    case 'moviePut': {
      const { id, ...rest } = body.movie;
      return [body.kind, null, keys.movies.findOrCreate(id), null, null, at, requestId, JSON.stringify(rest)];
    }
    case 'userPut': {
      const { id, ...rest } = body.user;
      return [body.kind, keys.users.findOrCreate(id), null, null, null, at, requestId, JSON.stringify(rest)];
    }
    default: {
      const { kind, ...rest } = body;
      return [kind, null, null, null, null, at, requestId, JSON.stringify(rest)];
    }
  }
}

export function fromRow(row: EventRow, keys: Keys): LogEvent {
  return { sequence: row[0], at: row[6], requestId: row[7], body: bodyOf(row, keys) };
}

function bodyOf([, kind, userKey, movieKey, rating, ratedAt, , , payload]: EventRow, keys: Keys): EventBody {
  switch (kind) {
    case 'rated': {
      const rated = { kind, userId: keys.users.idOf(userKey!), movieId: keys.movies.idOf(movieKey!), rating: rating!, ratedAt } as const;
      return payload === null ? rated : { ...rated, onboarding: true };
    }
    case 'notSeen':
    case 'withdrawn':
      return { kind, userId: keys.users.idOf(userKey!), movieId: keys.movies.idOf(movieKey!) };
    case 'moviePut':
      return { kind, movie: { id: keys.movies.idOf(movieKey!), ...(JSON.parse(payload!) as Omit<MovieRecord, 'id'>) } };
    case 'userPut':
      return { kind, user: { id: keys.users.idOf(userKey!), ...(JSON.parse(payload!) as Omit<UserRecord, 'id'>) } };
    case 'scale':
    case 'forgotten':
    case 'activated':
      return { kind, ...JSON.parse(payload!) } as EventBody;
    default:
      throw new Error(`The log holds an event of the unknown kind ${kind}.`);
  }
}
