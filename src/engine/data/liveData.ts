import type { LogEvent, MovieRecord, RatingScale, UserRecord } from '../../domain.ts';
import { FORGOTTEN_ID, IdIndex, type MovieIndex, type UserIndex } from './idIndex.ts';
import { Interactions } from './interactions.ts';
import { Onboarding } from './onboarding.ts';
import type { RatingTable } from './ratingTable.ts';

/** What the log says now, without any model: ids, records, ratings, scale. */
export class LiveData {
  readonly users = new IdIndex<UserIndex>();
  readonly movies = new IdIndex<MovieIndex>();
  readonly userRecords: UserRecord[] = []; // [users]
  readonly movieRecords: MovieRecord[] = []; // [movies]
  readonly ratings: Interactions;
  readonly onboarding: Onboarding;
  scale: RatingScale;

  constructor(scale: RatingScale, ratings = new Interactions(), onboarding = new Onboarding()) {
    this.scale = scale;
    this.ratings = ratings;
    this.onboarding = onboarding;
  }

  /** The same, to go on from: neither hears of what the other is told. */
  copy(): LiveData {
    const copy = new LiveData(this.scale, this.ratings.copy(), this.onboarding.copy());
    for (const id of this.users.all()) copy.users.add(id);
    for (const id of this.movies.all()) copy.movies.add(id);
    for (const record of this.userRecords) copy.userRecords.push(record);
    for (const record of this.movieRecords) copy.movieRecords.push(record);
    return copy;
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

  /** Sets the rating of a user and movie, new ones included, without teaching any model. @param time seconds; NaN: unknown */
  rate(userId: string, movieId: string, rating: number, time: number, sequence: number): void {
    const u = this.addUser(userId);
    const i = this.addMovie(movieId);
    const known = this.ratings.find(u, i);
    if (known >= 0 && this.ratings.ratingOf(known) === rating) return;
    if (known >= 0) this.ratings.remove(known);
    this.ratings.add(u, i, rating, time, sequence);
  }

  /** Takes a user's ratings, answers and record away; the index stays taken until the next fit. */
  forget(u: UserIndex): void {
    for (const edge of [...this.ratings.ofUser(u)]) this.ratings.remove(edge);
    this.onboarding.forget(u);
    this.users.forget(this.users.idOf(u));
    this.userRecords[u] = { id: FORGOTTEN_ID, age: null, gender: null, occupation: null };
  }

  withdraw(userId: string, movieId: string): void {
    const u = this.users.find(userId);
    const i = this.movies.find(movieId);
    const known = u === undefined || i === undefined ? -1 : this.ratings.find(u, i);
    if (known >= 0) this.ratings.remove(known);
  }

  /** The part of folding an event that concerns data alone. */
  fold({ sequence, body }: LogEvent): void {
    switch (body.kind) {
      case 'scale':
        this.scale = body.scale;
        return;
      case 'moviePut':
        this.movieRecords[this.addMovie(body.movie.id)] = body.movie;
        return;
      case 'userPut':
        this.userRecords[this.addUser(body.user.id)] = body.user;
        return;
      case 'forgotten':
      case 'activated':
        return;
      case 'withdrawn':
        this.withdraw(body.userId, body.movieId);
        return;
      case 'notSeen':
        this.onboarding.notSeen(this.addUser(body.userId), this.addMovie(body.movieId), sequence);
        return;
      case 'rated':
        if (body.onboarding) this.onboarding.answered(this.addUser(body.userId));
        this.rate(body.userId, body.movieId, body.rating, body.ratedAt === null ? Number.NaN : body.ratedAt / 1000, sequence);
    }
  }

  /** All ratings, in no order; valid until the next change. */
  columns(): RatingTable {
    return { scale: this.scale, users: this.userRecords, movies: this.movieRecords, ...this.ratings.columns() };
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
