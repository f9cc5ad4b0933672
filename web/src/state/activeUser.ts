import { useEffect } from 'preact/hooks';
import type { CatalogueQuery } from './catalogue.operations.ts';
import { setQuery, userId } from './route.ts';

/** Who opens a view about a user without naming one sees it for the most active, so that there is something to see. */
export function useActiveUser(catalogue: CatalogueQuery | undefined): void {
  const user = userId.value;
  const somebody = catalogue?.dataset.mostActive[0]?.id;
  useEffect(() => {
    if (user === '' && somebody !== undefined) setQuery({ user: somebody }, { replace: true });
  }, [user, somebody]);
}
