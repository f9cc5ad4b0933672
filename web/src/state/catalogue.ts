import { type Query, useQuery } from '../graphql/useQuery.ts';
import { type CatalogueQuery, catalogue } from './catalogue.operations.ts';

export type Scale = CatalogueQuery['dataset']['scale'];

/** The rating scale, and whether there are films at all. */
export function useCatalogue(): Query<CatalogueQuery> {
  return useQuery(catalogue, {});
}
