import type { RatingTable } from '../data/ratingTable.ts';
import { movieSideGroups, movieSideRow, userSideGroups, userSideRow, type Vocabulary } from '../data/sideFeatures.ts';
import type { Random } from '../math/random.ts';
import { coveredMovies, EASE_DEFAULTS, type EaseFit, fitEase, gramOf } from './ease.ts';
import { type GradedMatrix, gradedMatrix } from './grades.ts';
import { fitImplicitAls, IMPLICIT_ALS_DEFAULTS, type ImplicitAlsFit } from './implicitAls.ts';
import { fitPopulation, type PopulationFit } from './population.ts';
import { addProduct, ridgeOnSides } from './sideRegression.ts';

/** Ratings at which a movie's own vector weighs half in what genres and years are worth. */
const HALF_TRUSTED = 10;
const MOVIE_SIDE_RIDGE = 5;

/** Settings that a change of which means another model. */
export const RELEVANCE_DEFAULTS = { ease: EASE_DEFAULTS, als: IMPLICIT_ALS_DEFAULTS } as const;

/**
 * What to recommend: which movies a user is likely to pick and like, from which are liked together. A predicted rating says how
 * much somebody would like a film who watches it; as an order it is worse than popularity.
 *
 * relevance_uj = Σ_i x_ui W_ij + z_u · y_j, the raw sum of EASE and implicit ALS on graded ratings x (grades.ts); for users who
 * are just being met, a share of what the population's grades say of theirs (population.ts).
 */
export interface RelevanceFit {
  /** Movies in the fit, with or without ratings. */
  readonly movies: number;
  readonly ease: EaseFit;
  readonly als: ImplicitAlsFit;
  /** y of a movie that nobody had rated: what each of its genres and its years add. */
  readonly alsSide: Float32Array; // [movie side features x k]
  readonly population: PopulationFit;
}

/** Everything from the same ratings. @param random for the first vectors of the implicit ALS */
export function fitRelevance(table: RatingTable, vocabulary: Vocabulary, random: Random): RelevanceFit {
  const X = gradedMatrix(table);
  const covered = coveredMovies(X, EASE_DEFAULTS);
  const G = gramOf(X, covered);
  const als = fitImplicitAls(X, IMPLICIT_ALS_DEFAULTS, random);
  const sides = table.users.map((user) => userSideRow(vocabulary, user));
  return {
    movies: table.movies.length,
    ease: fitEase(G, covered, EASE_DEFAULTS),
    als,
    alsSide: vectorsOfSides(X, table, vocabulary, als),
    population: fitPopulation(X, covered, G, sides, userSideGroups(vocabulary).columns),
  };
}

function vectorsOfSides({ rows }: GradedMatrix, { movies }: RatingTable, vocabulary: Vocabulary, als: ImplicitAlsFit): Float32Array {
  const features = movieSideGroups(vocabulary).columns;
  const sides = movies.map((movie) => movieSideRow(vocabulary, movie));
  const weights = Float64Array.from(movies, (_, i) => {
    const n = rows.byMovie.ptr[i + 1]! - rows.byMovie.ptr[i]!;
    return n / (n + HALF_TRUSTED);
  });
  const product = new Float64Array(features * als.factors);
  sides.forEach((side, i) => {
    addProduct(product, side, weights[i]!, als.vectors, i * als.factors, als.factors);
  });
  ridgeOnSides(sides, weights, MOVIE_SIDE_RIDGE, product, features);
  return Float32Array.from(product);
}
