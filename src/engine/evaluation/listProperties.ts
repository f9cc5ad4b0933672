import type { RatingTable } from '../data/ratingTable.ts';
import { genreCosine } from '../ranking/rerank.ts';
import { headOf } from '../statistics/concentration.ts';

/** What lists are like, whether or not they are right; null without a row or, for similarity, without two. */
export interface ListSummary {
  /** Share of the catalogue that is in somebody's list. */
  readonly coverage: number;
  /** Mean number of training ratings of what is shown. */
  readonly meanPopularity: number | null;
  /** Share of what is shown that is outside the head. */
  readonly longTailShare: number | null;
  /**
   * Mean self-information −log2(n_i/users) of what is shown, bits: how surprising it is that somebody knows it. Users are those of
   * the training ratings; a movie without any counts as known to one. (Zhou and others 2010; Vargas and Castells 2011.)
   */
  readonly novelty: number | null;
  /** Mean cosine of genres between two movies of one list, mean over lists. */
  readonly genreSimilarity: number | null;
}

/** What lists show, beside how right they are. The head are the most rated movies that hold a third of the ratings; see `headOf`. */
export class ListProperties {
  private readonly counts: Float64Array; // [movies] training ratings
  private readonly inHead: Uint8Array; // [movies]
  private readonly genres: readonly ReadonlySet<string>[]; // [movies]
  private readonly users: number;
  private readonly shown = new Set<number>();
  private rows = 0;
  private popularity = 0;
  private tail = 0;
  private information = 0;
  private lists = 0;
  private similarity = 0;

  constructor(train: RatingTable) {
    this.counts = new Float64Array(train.movies.length);
    for (const i of train.i) this.counts[i]! += 1;
    this.users = new Set(train.u).size;
    this.inHead = headOf(this.counts);
    this.genres = train.movies.map(({ genres }) => new Set(genres));
  }

  add(list: readonly number[]): void {
    for (const i of list) {
      this.shown.add(i);
      this.rows += 1;
      this.popularity += this.counts[i]!;
      this.tail += 1 - this.inHead[i]!;
      this.information -= Math.log2(Math.max(1, this.counts[i]!) / Math.max(1, this.users));
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
      novelty: rows === 0 ? null : this.information / rows,
      genreSimilarity: lists === 0 ? null : this.similarity / lists,
    };
  }
}

function meanSimilarity(genres: readonly ReadonlySet<string>[]): number {
  let sum = 0;
  for (let row = 1; row < genres.length; row += 1) {
    for (let above = 0; above < row; above += 1) sum += genreCosine(genres[above]!, genres[row]!);
  }
  return sum / ((genres.length * (genres.length - 1)) / 2);
}
