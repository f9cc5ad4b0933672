import { Field, ObjectType } from 'type-graphql';
import type { Page } from '../domain.ts';

@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfoType {
  @Field(() => Boolean)
  readonly hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'hand it back as `after` for the next page' })
  readonly endCursor!: string | null;
}

/** What the fields of a connection type are read from. */
export interface Connection<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

export function connectionOf<T>(page: Page<T>): Connection<T> {
  return { nodes: page.nodes, pageInfo: { hasNextPage: page.hasNextPage, endCursor: page.endCursor }, totalCount: page.totalCount };
}

/** The arguments that every connection has. */
export const FIRST = { nullable: true, defaultValue: 20, description: '1 to 1,000' } as const;
export const AFTER = { nullable: true, description: 'the endCursor of the page before' } as const;
