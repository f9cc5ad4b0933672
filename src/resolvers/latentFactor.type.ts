import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { LatentFactor } from '../domain.ts';

@ObjectType('LatentFactor', { simpleResolvers: true, description: 'An axis of taste, on which users and movies have a place.' })
export class LatentFactorType {
  readonly highest!: LatentFactor['highest'];
  readonly lowest!: LatentFactor['lowest'];

  @Field(() => Int, { description: 'from 0, the one that explains most first' })
  readonly index!: number;

  @Field(() => String, { description: 'what its ends have in common; "unnamed" when nothing says so' })
  readonly label!: string;

  @Field(() => [String], { description: 'genres at its high end, strongest first' })
  readonly genres!: readonly string[];

  @Field(() => Float, { description: 'share of the taste part of ratings that it carries, 0 to 1' })
  readonly share!: number;

  @Field(() => Float, { description: 'largest |t| of what it is named after; 0 when it is unnamed' })
  readonly strength!: number;
}

@ObjectType('FactorPosition', { simpleResolvers: true })
export class FactorPositionType {
  @Field(() => LatentFactorType)
  readonly factor!: LatentFactor;

  @Field(() => Float, { description: 'in standard deviations of users' })
  readonly position!: number;
}
