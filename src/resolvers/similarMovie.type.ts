import { Field, Float, ObjectType } from 'type-graphql';
import type { LatentFactor, Movie, SimilarMovie } from '../domain.ts';
import type { RecommenderService } from '../service.ts';
import { LatentFactorType } from './latentFactor.type.ts';
import { existingMovie, MovieType } from './movie.type.ts';

@ObjectType('SimilarMovie', { simpleResolvers: true })
export class SimilarMovieType {
  private readonly movieId: string;
  private readonly service: RecommenderService;

  @Field(() => Float, { description: 'what the rows are sorted by, at most 1' })
  readonly similarity: number;

  @Field(() => Float, { description: 'cosine between those who like the one and those who like the other, 0 to 1' })
  readonly likedTogether: number;

  @Field(() => LatentFactorType, { nullable: true, description: 'an axis of taste on which both lie clearly to the same side' })
  readonly sharedFactor: LatentFactor | null;

  @Field(() => String, { description: 'one plain sentence' })
  readonly reason: string;

  constructor({ movieId, similarity, likedTogether, sharedFactor, reason }: SimilarMovie, service: RecommenderService) {
    this.movieId = movieId;
    this.service = service;
    this.similarity = similarity;
    this.likedTogether = likedTogether;
    this.sharedFactor = sharedFactor;
    this.reason = reason;
  }

  @Field(() => MovieType)
  get movie(): Movie {
    return existingMovie(this.service, this.movieId);
  }
}
