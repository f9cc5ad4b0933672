import type { LiveModel } from '../online/liveModel.ts';
import { candidatesFor } from './candidates.ts';

/**
 * Movies to ask a user about, the most telling first: those whose answers leave least doubt about everybody's taste, without those
 * that the user has rated or said not to have seen. Before the first fit the most rated ones. Creates nothing.
 */
export function questionsFor(model: LiveModel, userId: string, n: number): number[] {
  const u = model.rowOfUser(userId);
  const { data, relevance } = model;
  const open = new Set<number>(candidatesFor(model, u, {}, false));
  for (const { i } of data.onboarding.notSeenOf(u)) open.delete(i);
  const order = relevance?.questions() ?? byRatings(model);
  const questions = order.filter((i) => open.delete(i)).slice(0, n);
  // Movies that are newer than the fit come last.
  return [...questions, ...[...open].slice(0, n - questions.length)];
}

function byRatings({ data: { movies, movieRecords, ratings } }: LiveModel): number[] {
  const count = (i: number) => ratings.ofMovie(i).length;
  return Array.from({ length: movies.size }, (_, i) => i).sort(
    (left, right) => count(right) - count(left) || (movieRecords[left]!.id < movieRecords[right]!.id ? -1 : 1),
  );
}
