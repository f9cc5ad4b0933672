import { useEffect } from 'preact/hooks';
import { useQuery } from '../graphql/useQuery.ts';
import { somebody } from './activeUser.operations.ts';
import { setQuery, userId } from './route.ts';

/**
 * Who opens a view about a user without naming one sees it for the most active, so that there is something to see.
 * @returns whether somebody is still being looked for; not every token may ask
 */
export function useActiveUser(): boolean {
  const nobody = userId.value === '';
  const { data, loading } = useQuery(somebody, nobody ? {} : null);
  const found = data?.dataset.mostActive[0]?.id;
  useEffect(() => {
    if (nobody && found !== undefined) setQuery({ user: found }, { replace: true });
  }, [nobody, found]);
  return nobody && (loading || found !== undefined);
}
