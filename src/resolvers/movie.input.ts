import { Field, ID, InputType, Int } from 'type-graphql';
import type { MoviePatch } from '../domain.ts';

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
