import type { RatingTable } from '../data/ratingTable.ts';
import { clipWorking, LIKED_FROM, WORKING_MAX, WORKING_MIN, WorkingScale } from '../data/workingScale.ts';
import type { EvaluatedModel, Forecast } from './model.ts';

/** What a movie is taken to have been rated beside its ratings: this many ratings at the mean of all. */
const PRIOR_RATINGS = 5;

/**
 * The baseline that knows no taste: everybody gets the movie's own mean.
 *
 * Prediction: r_ui = (5 m0 + Σ r)/(5 + n), over the n ratings of movie i; ranked by its number of ratings of at least 4.
 * Loss: none; a shrunken mean, the posterior mean of a movie's level when levels vary a fifth as much as ratings do.
 * Update: sums and counts follow every rating; a rating given again counts as one more.
 * Defaults: shrinkage 5 ratings, liked from 4 working stars; m0 is the middle of the scale before any rating.
 *
 * sum    [movies] Σ r, working ratings
 * n      [movies] ratings
 * liked  [movies] ratings of at least 4
 */
export class Popularity implements EvaluatedModel {
  private scale = new WorkingScale({ min: WORKING_MIN, max: WORKING_MAX, step: null });
  private sum = new Float64Array(0);
  private n = new Float64Array(0);
  private liked = new Float64Array(0);
  private total = 0;
  private ratings = 0;

  fit(table: RatingTable): void {
    this.scale = new WorkingScale(table.scale);
    this.sum = new Float64Array(table.movies.length);
    this.n = new Float64Array(table.movies.length);
    this.liked = new Float64Array(table.movies.length);
    this.total = 0;
    this.ratings = 0;
    for (let t = 0; t < table.r.length; t += 1) this.count(table.i[t]!, table.r[t]!);
  }

  predictOne(_u: number, i: number): Forecast {
    const m0 = this.ratings === 0 ? (WORKING_MIN + WORKING_MAX) / 2 : this.total / this.ratings;
    const working = (PRIOR_RATINGS * m0 + this.sum[i]!) / (PRIOR_RATINGS + this.n[i]!);
    return { mean: this.scale.toRating(clipWorking(working)), variance: null };
  }

  learnOne(_u: number, i: number, r: number): void {
    this.count(i, r);
  }

  rankingScore(_u: number, i: number): number {
    return this.liked[i]!;
  }

  private count(i: number, rating: number): void {
    const r = this.scale.toWorking(rating);
    this.sum[i]! += r;
    this.n[i]! += 1;
    this.total += r;
    this.ratings += 1;
    if (r >= LIKED_FROM) this.liked[i]! += 1;
  }
}
