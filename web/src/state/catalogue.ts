import { type Query, useQuery } from '../graphql/useQuery.ts';
import { type CatalogueQuery, catalogue } from './catalogue.operations.ts';

export type Scale = CatalogueQuery['dataset']['scale'];

/** The rating scale, a few active users, and what else every view may need to know of the data. */
export function useCatalogue(): Query<CatalogueQuery> {
  return useQuery(catalogue, {});
}

/** Genres of the most rated films, by name. */
export function genresOf({ dataset }: CatalogueQuery): string[] {
  return [...new Set(dataset.mostRated.flatMap(({ genres }) => genres))].sort();
}
