import type { LiveData } from '../data/liveData.ts';
import { type RatingTable, selectRows } from '../data/ratingTable.ts';
import { vocabularyOf } from '../data/sideFeatures.ts';
import { WorkingScale } from '../data/workingScale.ts';
import { Random } from '../math/random.ts';
import { fitRelevance, type RelevanceFit } from '../models/relevance.ts';
import { LiveRelevance } from '../online/liveRelevance.ts';
import { dataOf } from '../training/lessons.ts';
import { nextFitAt } from '../training/schedule.ts';
import { LIST_LENGTH, relevantFrom } from './ranking.ts';
import { easeOnly } from './relevanceParts.ts';

/** Share of the stream that is learned before it is looked at. */
const LEARNED_SHARE = 0.8;

/** The lists that are compared. */
type Row = 'RELEVANCE' | 'ease' | 'popularity' | 'frozen';

export interface NextSummary {
  /** Ratings that counted as liked, each to be found before it is given; the means run over them. */
  readonly targets: number;
  /** Mean of 1/log2(rank + 1) of what was found among the first ten; null without a target. */
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
}

/**
 * Finds each liked movie of the last 20 % of a stream in the list of just before it is rated: candidates are all movies that the
 * user has not rated yet, and each rating moves the list that follows. Refits as the server makes them. `RELEVANCE` as served,
 * knobs at 0, and `ease` alone; `popularity` by who has liked what so far; `frozen` stays as it was after 80 %, and is popularity
 * for users who had rated nothing by then.
 * @param table in time order
 */
export function nextLiked(table: RatingTable, seed: number, onProgress: (done: number) => void = () => {}): Record<Row, NextSummary> {
  const start = Math.floor(table.r.length * LEARNED_SHARE);
  const working = new WorkingScale(table.scale);
  const liked = relevantFrom(table.scale);
  const gains = { RELEVANCE: new Gains(), ease: new Gains(), popularity: new Gains(), frozen: new Gains() };
  const frozen = servedFrom(table, start, seed);
  let served = servedFrom(table, start, seed, frozen.fit);
  let due = nextFitAt(start);
  for (let row = start; row < table.r.length; row += 1) {
    const [u, i, r] = [table.u[row]!, table.i[row]!, table.r[row]!];
    if (r >= liked) {
      const isOpen = (movie: number) => served.data.ratings.find(u, movie) < 0;
      gains.RELEVANCE.add(rankOf(i, served.relevance.scoresOf(u), isOpen));
      gains.ease.add(rankOf(i, served.ease.scoresOf(u), isOpen));
      gains.popularity.add(rankOf(i, popularityOf(served), isOpen));
      const isKnown = frozen.data.ratings.ofUser(u).length > 0;
      gains.frozen.add(rankOf(i, isKnown ? frozen.relevance.scoresOf(u) : popularityOf(frozen), isOpen));
    }
    served.data.ratings.add(u, i, r, table.time[row]!, row + 1);
    for (const relevance of [served.relevance, served.ease]) relevance.rated(u, i, null, working.toWorking(r));
    if (row + 1 < due || row + 1 === table.r.length) continue;
    served = servedFrom(table, row + 1, seed);
    due = nextFitAt(row + 1);
    onProgress((row - start) / (table.r.length - start));
  }
  const summaries = Object.entries(gains).map(([name, list]) => [name, list.summary()]);
  return Object.fromEntries(summaries) as Record<Row, NextSummary>;
}

interface Served {
  readonly fit: RelevanceFit;
  readonly data: LiveData;
  readonly relevance: LiveRelevance;
  readonly ease: LiveRelevance;
}

/** What serves after a fit to the first rows. @param fit one that was made before; without it, one is made */
function servedFrom(table: RatingTable, rows: number, seed: number, fit: RelevanceFit | null = null): Served {
  const first = selectRows(
    table,
    Array.from({ length: rows }, (_, row) => row),
  );
  const vocabulary = vocabularyOf(first.users, first.movies);
  const data = dataOf(first);
  const served = fit ?? fitRelevance(first, vocabulary, new Random(seed));
  return {
    fit: served,
    data,
    relevance: new LiveRelevance(served, vocabulary, data),
    ease: new LiveRelevance(easeOnly(served), vocabulary, data),
  };
}

function popularityOf({ relevance, data }: Served): Float64Array {
  return Float64Array.from({ length: data.movies.size }, (_, i) => relevance.likedCount(i));
}

/** A movie's rank among the open ones, from 1; of equal ones the lower index first. */
function rankOf(target: number, scores: Float64Array, isOpen: (i: number) => boolean): number {
  const own = scores[target]!;
  let rank = 1;
  for (let i = 0; i < scores.length; i += 1) {
    const isBefore = scores[i]! > own || (scores[i] === own && i < target);
    if (isBefore && isOpen(i)) rank += 1;
  }
  return rank;
}

class Gains {
  private targets = 0;
  private gain = 0;
  private found = 0;

  add(rank: number): void {
    this.targets += 1;
    if (rank > LIST_LENGTH) return;
    this.gain += 1 / Math.log2(rank + 1);
    this.found += 1;
  }

  summary(): NextSummary {
    const { targets } = this;
    return { targets, ndcgAt10: targets === 0 ? null : this.gain / targets, recallAt10: targets === 0 ? null : this.found / targets };
  }
}
