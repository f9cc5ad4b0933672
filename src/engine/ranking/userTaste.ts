import type { GenreTaste } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import { topPositions } from '../math/topk.ts';
import type { LiveModel } from '../online/liveModel.ts';

/** Ratings of a genre at which its lift counts half. */
const HALF_TRUSTED = 5;
/** Movies over which a user's doubt is averaged. */
const ASKED_ABOUT = 50;

/**
 * The genres that a user rates higher than others do, by lift: mean over the user's ratings of the genre of (rating − the user's
 * mean) − (the movie's mean − the mean of all), times n/(n + 5). Ties by name.
 * @param movieMeanOf where the means of movies are known already
 */
export function favouriteGenres(
  { data }: Pick<LiveModel, 'data'>,
  u: number,
  n: number,
  movieMeanOf = (i: number) => meanOf(data, data.ratings.ofMovie(i)),
): GenreTaste[] {
  const { ratings, movieRecords } = data;
  const edges = ratings.ofUser(u);
  const userMean = meanOf(data, edges);
  const mean = ratings.size === 0 ? 0 : ratings.sum / ratings.size;
  const genres = new Map<string, { count: number; sum: number; excess: number }>();
  for (const edge of edges) {
    const i = ratings.movieOf(edge);
    const rating = ratings.ratingOf(edge);
    const excess = rating - userMean - (movieMeanOf(i) - mean);
    for (const genre of new Set(movieRecords[i]!.genres)) {
      const sums = genres.get(genre) ?? { count: 0, sum: 0, excess: 0 };
      genres.set(genre, { count: sums.count + 1, sum: sums.sum + rating, excess: sums.excess + excess });
    }
  }
  const tastes = Array.from(genres, ([genre, { count, sum, excess }]) => ({
    genre,
    ratingCount: count,
    meanRating: sum / count,
    lift: excess / (count + HALF_TRUSTED),
  }));
  return tastes.sort((left, right) => right.lift - left.lift || (left.genre < right.genre ? -1 : 1)).slice(0, n);
}

/** How unsure the model is about a user: mean epistemic standard deviation over the 50 most rated movies, rating points. */
export function doubtAbout(model: LiveModel, u: number): number {
  const { ratings, movies, movieRecords } = model.data;
  const counts = Float64Array.from({ length: movies.size }, (_, i) => ratings.ofMovie(i).length);
  const most = topPositions(counts, ASKED_ABOUT, (left, right) => movieRecords[left]!.id < movieRecords[right]!.id);
  const asked = most.length === 0 ? [movies.size] : most;
  const sum = asked.reduce((total, i) => total + Math.sqrt(model.scale.toVariance(model.predict(u, i).epistemic)), 0);
  return sum / asked.length;
}

function meanOf({ ratings }: LiveData, edges: readonly number[]): number {
  let sum = 0;
  for (const edge of edges) sum += ratings.ratingOf(edge);
  return edges.length === 0 ? 0 : sum / edges.length;
}
