import { featureMatrix } from '../data/featureMatrix.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import { movieSideGroups, movieSideRow, userSideGroups, userSideRow, type Vocabulary, vocabularyOf } from '../data/sideFeatures.ts';
import { sparsePair } from '../data/sparse.ts';
import { WorkingScale } from '../data/workingScale.ts';
import type { FactorizationData } from './factorization.ts';

/** A rating table as a factorization reads it: working ratings by user and by movie, and the features of both sides. */
export function factorizationData(table: RatingTable): { data: FactorizationData; vocabulary: Vocabulary } {
  const vocabulary = vocabularyOf(table.users, table.movies);
  const ratings = sparsePair(table.u, table.i, table.users.length, table.movies.length);
  const scale = new WorkingScale(table.scale);
  const r = Float64Array.from(ratings.order, (row) => scale.toWorking(table.r[row]!));
  const userSide = table.users.map((user) => userSideRow(vocabulary, user));
  const movieSide = table.movies.map((movie) => movieSideRow(vocabulary, movie));
  return {
    vocabulary,
    data: {
      ratings,
      r,
      users: featureMatrix(ratings.byUser, ratings.byMovie, userSide, userSideGroups(vocabulary)),
      movies: featureMatrix(ratings.byMovie, ratings.byUser, movieSide, movieSideGroups(vocabulary)),
    },
  };
}
