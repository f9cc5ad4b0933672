import { Field, ID, InputType, Int } from 'type-graphql';
import type { MovieFilter, MoviePatch } from '../domain.ts';

@InputType('MovieInput', { description: 'A field that is absent stays as it is; null removes it.' })
export class MovieInput implements MoviePatch {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly title!: string;

  @Field(() => Int, { nullable: true })
  readonly year?: number | null;

  @Field(() => [String], { nullable: true })
  readonly genres?: readonly string[] | null;
}

const CASE = 'whatever their case';

@InputType('MovieFilter', { description: 'Which movies a list may hold; a field that is absent, null or empty restricts nothing.' })
export class MovieFilterInput implements MovieFilter {
  @Field(() => String, { nullable: true, description: 'part of the title, whatever its case and accents' })
  readonly title?: string | null;

  @Field(() => [String], { nullable: true, description: `at least one of these genres, ${CASE}` })
  readonly genresAny?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: `all of these genres, ${CASE}` })
  readonly genresAll?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: `none of these genres, ${CASE}` })
  readonly genresNone?: readonly string[] | null;

  @Field(() => Int, { nullable: true, description: 'first year' })
  readonly yearFrom?: number | null;

  @Field(() => Int, { nullable: true, description: 'last year' })
  readonly yearTo?: number | null;

  @Field(() => Int, { nullable: true, description: 'rated by at least so many' })
  readonly minRatings?: number | null;

  @Field(() => [ID], { nullable: true, description: 'at most 10,000' })
  readonly excludeIds?: readonly string[] | null;
}
