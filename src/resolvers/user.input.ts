import { Field, ID, InputType, Int } from 'type-graphql';
import type { UserPatch } from '../domain.ts';

@InputType('UserInput', { description: 'A field that is absent stays as it is; null removes it.' })
export class UserInput implements UserPatch {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => Int, { nullable: true })
  readonly age?: number | null;

  @Field(() => String, { nullable: true })
  readonly gender?: string | null;

  @Field(() => String, { nullable: true })
  readonly occupation?: string | null;
}
