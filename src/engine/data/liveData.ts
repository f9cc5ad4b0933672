import type { MovieRecord, RatingScale, UserRecord } from '../../domain.ts';
import { IdIndex, type MovieIndex, type UserIndex } from './idIndex.ts';
import { Interactions } from './interactions.ts';
import type { RatingTable } from './ratingTable.ts';

/** What the log says now, without any model: ids, records, ratings, scale. */
export class LiveData {
  readonly users = new IdIndex<UserIndex>();
  readonly movies = new IdIndex<MovieIndex>();
  readonly userRecords: UserRecord[] = []; // [users]
  readonly movieRecords: MovieRecord[] = []; // [movies]
  readonly ratings = new Interactions();
  scale: RatingScale;

  constructor(scale: RatingScale) {
    this.scale = scale;
  }

  /** The user's index; a user not met before gets one, with a record that says nothing. */
  addUser(id: string): UserIndex {
    const u = this.users.add(id);
    this.userRecords[u] ??= { id, age: null, gender: null, occupation: null };
    return u;
  }

  /** The movie's index; a movie not met before gets one, with its id for a title. */
  addMovie(id: string): MovieIndex {
    const i = this.movies.add(id);
    this.movieRecords[i] ??= { id, title: id, year: null, genres: [] };
    return i;
  }

  /** All ratings in the order of the log, as a fit reads them. */
  table(): RatingTable {
    const { ratings } = this;
    const edges = ratings.inOrder();
    return {
      scale: this.scale,
      users: this.userRecords.slice(),
      movies: this.movieRecords.slice(),
      u: Int32Array.from(edges, (edge) => ratings.userOf(edge)),
      i: Int32Array.from(edges, (edge) => ratings.movieOf(edge)),
      r: Float64Array.from(edges, (edge) => ratings.ratingOf(edge)),
      time: Float64Array.from(edges, (edge) => ratings.timeOf(edge)),
    };
  }
}
