/** The running error may be this many times that of the hold-out. */
const TOLERATED = 1.05;
/** Ratings for which it must have been above that. */
const PATIENCE = 1_000;
/** Share of new ratings before drift may ask for a training again. */
const APART = 0.05;

/** Notices when a version predicts worse than when it was made: people or films have changed faster than it learns. */
export class Drift {
  private version = 0;
  private limit = Number.POSITIVE_INFINITY;
  private above = 0;
  /** Number of ratings from which drift is asked about again. */
  private from = 0;

  /**
   * Looks at the error after one more rating.
   * @param ratings how many there are @param holdout RMSE of a version's hold-out; null: none was held out
   * @returns whether a training is due
   */
  isDue(version: number, ratings: number, runningRmse: number | null, holdout: (version: number) => number | null): boolean {
    if (version !== this.version) {
      this.version = version;
      this.limit = TOLERATED * (holdout(version) ?? Number.POSITIVE_INFINITY);
      this.above = 0;
      this.from = Math.max(this.from, ratings * (1 + APART));
    }
    this.above = runningRmse !== null && runningRmse > this.limit ? this.above + 1 : 0;
    if (this.above < PATIENCE || ratings < this.from) return false;
    this.above = 0;
    this.from = ratings * (1 + APART);
    return true;
  }
}
