import type { RatingTable } from '../data/ratingTable.ts';
import { genreCosine } from '../ranking/rerank.ts';

/** Share of the training ratings that the head holds, its movies taken in order of their ratings. */
const HEAD_SHARE = 0.33;

/** What lists are like, whether or not they are right; null without a row or, for similarity, without two. */
export interface ListSummary {
  /** Share of the catalogue that is in somebody's list. */
  readonly coverage: number;
  /** Mean number of training ratings of what is shown. */
  readonly meanPopularity: number | null;
  /** Share of what is shown that is outside the head. */
  readonly longTailShare: number | null;
  /** Mean cosine of genres between two movies of one list, mean over lists. */
  readonly genreSimilarity: number | null;
}

/**
 * What lists show, beside how right they are. Head and long tail as in Cremonesi, Koren and Turrin 2010, Performance of
 * recommender algorithms on top-n recommendation tasks: the head are the most rated movies that hold a third of the ratings.
 */
export class ListProperties {
  private readonly counts: Float64Array; // [movies] training ratings
  private readonly inHead: Uint8Array; // [movies]
  private readonly genres: readonly ReadonlySet<string>[]; // [movies]
  private readonly shown = new Set<number>();
  private rows = 0;
  private popularity = 0;
  private tail = 0;
  private lists = 0;
  private similarity = 0;

  constructor(train: RatingTable) {
    this.counts = new Float64Array(train.movies.length);
    for (const i of train.i) this.counts[i]! += 1;
    this.inHead = headOf(this.counts);
    this.genres = train.movies.map(({ genres }) => new Set(genres));
  }

  add(list: readonly number[]): void {
    for (const i of list) {
      this.shown.add(i);
      this.rows += 1;
      this.popularity += this.counts[i]!;
      this.tail += 1 - this.inHead[i]!;
    }
    if (list.length < 2) return;
    this.lists += 1;
    this.similarity += meanSimilarity(list.map((i) => this.genres[i]!));
  }

  summary(): ListSummary {
    const { rows, lists } = this;
    return {
      coverage: this.counts.length === 0 ? 0 : this.shown.size / this.counts.length,
      meanPopularity: rows === 0 ? null : this.popularity / rows,
      longTailShare: rows === 0 ? null : this.tail / rows,
      genreSimilarity: lists === 0 ? null : this.similarity / lists,
    };
  }
}

/** 1 for the movies of the head; of equally rated ones the lower index first. */
function headOf(counts: Float64Array): Uint8Array {
  const order = Array.from(counts.keys()).sort((left, right) => counts[right]! - counts[left]! || left - right);
  const inHead = new Uint8Array(counts.length);
  const held = HEAD_SHARE * counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (const i of order) {
    if (sum >= held) break;
    inHead[i] = 1;
    sum += counts[i]!;
  }
  return inHead;
}

function meanSimilarity(genres: readonly ReadonlySet<string>[]): number {
  let sum = 0;
  for (let row = 1; row < genres.length; row += 1) {
    for (let above = 0; above < row; above += 1) sum += genreCosine(genres[above]!, genres[row]!);
  }
  return sum / ((genres.length * (genres.length - 1)) / 2);
}
