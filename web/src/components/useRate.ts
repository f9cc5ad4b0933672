import { useState } from 'preact/hooks';
import { request } from '../graphql/request.ts';
import { ServerError } from '../graphql/serverError.ts';
import { randomId } from './randomId.ts';
import { notSeen, rate, withdraw } from './rate.operations.ts';

export interface RatedMovie {
  readonly id: string;
  readonly title: string;
  readonly year: number | null;
}

/** A rating that was given on this page, and what the model expected before and after it. */
interface Given {
  readonly movie: RatedMovie;
  readonly rating: number;
  readonly before: number;
  readonly after: number;
}

export interface Rating {
  /** The newest first, one for each movie. */
  readonly given: readonly Given[];
  /** Why the newest change was not made. */
  readonly error: ServerError | null;
  /** The value that is on its way for a movie. */
  pending(movieId: string): number | null;
  rate(movie: RatedMovie, value: number, onboarding?: boolean): void;
  withdraw(movie: RatedMovie): void;
  notSeen(movie: RatedMovie): void;
}

/**
 * Rates in a user's name. A change is made once, however often it has to be sent.
 * @param onChange called with the sequence of each change, 0 for one that is no rating
 */
export function useRate(userId: string, onChange: (sequence: number) => void): Rating {
  const [given, setGiven] = useState<readonly Given[]>([]);
  const [error, setError] = useState<ServerError | null>(null);
  const [pending, setPending] = useState<ReadonlyMap<string, number>>(new Map());
  const without = (movieId: string) => (all: readonly Given[]) => all.filter(({ movie }) => movie.id !== movieId);
  const attempt = async (change: () => Promise<number>) => {
    setError(null);
    try {
      onChange(await change());
    } catch (cause) {
      if (!(cause instanceof ServerError)) throw cause;
      setError(cause);
    }
  };
  return {
    given,
    error,
    pending: (movieId) => pending.get(movieId) ?? null,
    rate: (movie, value, onboarding = false) =>
      void attempt(async () => {
        setPending((all) => new Map(all).set(movie.id, value));
        try {
          const variables = { userId, movieId: movie.id, rating: value, requestId: randomId(), onboarding };
          const { sequence, before, after } = (await request(rate, variables)).rateMovie;
          const entry = { movie, rating: value, before: before.score, after: after.score };
          setGiven((all) => [entry, ...without(movie.id)(all)]);
          return sequence;
        } finally {
          setPending((all) => new Map([...all].filter(([id]) => id !== movie.id)));
        }
      }),
    withdraw: (movie) =>
      void attempt(async () => {
        const { sequence } = (await request(withdraw, { userId, movieId: movie.id, requestId: randomId() })).withdrawRating;
        setGiven(without(movie.id));
        return sequence;
      }),
    notSeen: (movie) =>
      void attempt(async () => {
        await request(notSeen, { userId, movieId: movie.id });
        return 0;
      }),
  };
}
