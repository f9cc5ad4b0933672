import type { EventBody } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import { vocabularyOf } from '../data/sideFeatures.ts';
import { WorkingScale } from '../data/workingScale.ts';
import { Random } from '../math/random.ts';
import { fitRelevance } from '../models/relevance.ts';
import { LiveRelevance } from '../online/liveRelevance.ts';
import { dataOf } from '../training/lessons.ts';
import type { ColdFold, Newcomer } from './coldFolds.ts';
import { bestMovies, RankingQuality, type RankingSummary } from './ranking.ts';

/** Answers after which lists are judged. */
const ANSWERS = [0, 1, 3, 5, 10];
const FAVOURITES = [1, 3, 5];

/**
 * Lists for people whom nobody knows, after they have answered questions or named favourites. Each fold of users meets
 * relevance that was fitted to the others. A newcomer can tell three quarters of their ratings, the pool; the list is to find what
 * they like of the rest among all movies outside the pool. A question outside the pool is answered "not seen". Favourites are the
 * best rated of the pool, as ordinary ratings. In the rows called `alone` nothing is known of newcomers but that: no age, gender, occupation.
 * @param table what the rows of pools are of @param folds of `coldFolds`
 */
export function coldStart(
  table: RatingTable,
  folds: readonly ColdFold[],
  seed: number,
  onProgress: (done: number) => void = () => {},
): Record<string, RankingSummary> {
  const qualities = new Map<string, RankingQuality>();
  folds.forEach((fold, done) => {
    const server = new ColdServer(fold, seed);
    for (const newcomer of fold.newcomers) {
      for (const [row, list] of listsOf(server, table, newcomer)) {
        const quality = qualities.get(row) ?? new RankingQuality();
        quality.add(list, newcomer.relevant);
        qualities.set(row, quality);
      }
    }
    onProgress((done + 1) / folds.length);
  });
  return Object.fromEntries(Array.from(qualities, ([row, quality]) => [row, quality.summary()]));
}

/** All lists of one newcomer by the names of their rows. */
function listsOf(server: ColdServer, table: RatingTable, { u, pool }: Newcomer): [string, number[]][] {
  const known = new Map(pool.map((row) => [table.i[row]!, table.r[row]!]));
  const best = [...pool].sort((left, right) => table.r[right]! - table.r[left]!).map((row) => table.i[row]!);
  const seen = new Set(known.keys());
  /** Lists of a newcomer who meets the server anew and tells the movies in order. */
  const told = (name: string, movies: readonly number[], after: readonly number[], isOnboarding: boolean, hasRecord: boolean) => {
    const meeting = server.meet(u, name, hasRecord);
    const lists: [string, number[]][] = [];
    for (let n = 0; n <= after.at(-1)!; n += 1) {
      if (after.includes(n)) lists.push([`${name} ${n}`, meeting.list(seen)]);
      const movie = movies[n];
      if (movie !== undefined) meeting.tell(movie, known.get(movie) ?? null, isOnboarding);
    }
    return lists;
  };
  return [
    ['popularity', server.mostLiked(seen)],
    ...told('answers', server.questions, ANSWERS, true, true),
    ...told('favourites', best, FAVOURITES, false, true),
    ...told('answers alone', server.questions, ANSWERS, true, false),
    ...told('favourites alone', best, FAVOURITES, false, false),
  ];
}

/** A server that has never met the newcomers of a fold. */
class ColdServer {
  readonly questions: readonly number[];
  private readonly data: LiveData;
  private readonly relevance: LiveRelevance;
  private readonly liked: Float64Array; // [movies] before any newcomer came
  private sequence: number;

  constructor({ train }: ColdFold, seed: number) {
    const vocabulary = vocabularyOf(train.users, train.movies);
    this.data = dataOf(train);
    this.relevance = new LiveRelevance(fitRelevance(train, vocabulary, new Random(seed)), vocabulary, this.data);
    this.questions = this.relevance.questions();
    this.liked = Float64Array.from(train.movies, (_, i) => this.relevance.likedCount(i));
    this.sequence = train.r.length;
  }

  /** Somebody without any rating, with a user's record or with one that says nothing. */
  meet(u: number, purpose: string, hasRecord: boolean) {
    const record = this.data.userRecords[u]!;
    const userId = `${record.id} ${purpose}`;
    const said = hasRecord ? record : { age: null, gender: null, occupation: null };
    this.fold({ kind: 'userPut', user: { ...said, id: userId } });
    const row = this.data.users.find(userId)!;
    return {
      list: (seen: ReadonlySet<number>) => {
        const scores = this.relevance.scoresOf(row);
        return bestMovies((i) => scores[i]!, this.liked.length, seen);
      },
      /** @param rating null: not seen */
      tell: (i: number, rating: number | null, isOnboarding: boolean) => this.tell(userId, row, i, rating, isOnboarding),
    };
  }

  mostLiked(seen: ReadonlySet<number>): number[] {
    return bestMovies((i) => this.liked[i]!, this.liked.length, seen);
  }

  private tell(userId: string, u: number, i: number, rating: number | null, isOnboarding: boolean): void {
    const movieId = this.data.movieRecords[i]!.id;
    if (rating === null) this.fold({ kind: 'notSeen', userId, movieId });
    else this.fold({ kind: 'rated', userId, movieId, rating, ratedAt: null, ...(isOnboarding && { onboarding: true }) });
    if (rating === null) this.relevance.userChanged(u);
    else this.relevance.rated(u, i, null, new WorkingScale(this.data.scale).toWorking(rating));
  }

  private fold(body: EventBody): void {
    this.sequence += 1;
    this.data.fold({ sequence: this.sequence, at: 0, requestId: null, body });
  }
}
