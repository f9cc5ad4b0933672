import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Movie } from '../domain.ts';
import { RequestError } from '../errors.ts';
import type { RecommenderService } from '../service.ts';
import { type Connection, PageInfoType } from './page.type.ts';

@ObjectType('Movie', { simpleResolvers: true })
export class MovieType implements Movie {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly title!: string;

  @Field(() => Int, { nullable: true })
  readonly year!: number | null;

  @Field(() => [String])
  readonly genres!: readonly string[];

  @Field(() => Int)
  readonly ratingCount!: number;

  @Field(() => Float, { nullable: true })
  readonly meanRating!: number | null;
}

@ObjectType('MovieConnection', { simpleResolvers: true })
export class MovieConnection implements Connection<Movie> {
  @Field(() => [MovieType])
  readonly nodes!: readonly Movie[];

  @Field(() => PageInfoType)
  readonly pageInfo!: PageInfoType;

  @Field(() => Int)
  readonly totalCount!: number;
}

/** The movie that a row is about. @throws NOT_FOUND for a prediction about a movie that nobody has named yet */
export function existingMovie(service: RecommenderService, id: string): Movie {
  const movie = service.movie(id);
  if (movie === null) throw new RequestError('NOT_FOUND', `There is no movie ${id}.`);
  return movie;
}
