import { useEffect, useState } from 'preact/hooks';
import { useSoon } from '../../components/useSoon.ts';
import { subscribe } from '../../graphql/socket.ts';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import { moved, type PlaceOfQuery, placeOf } from './map.operations.ts';

const TRAIL = 30;
const PACE_MS = 200;

/** Where a user stood, in standard deviations along every axis; the last one is now. */
export type Trail = readonly (readonly number[])[];

/** The place of a user, followed as the user rates, wherever that is done. @param userId '' for nobody */
export function usePlace(userId: string): { readonly query: Query<PlaceOfQuery>; readonly trail: Trail } {
  const query = useQuery(placeOf, userId === '' ? null : { userId });
  const [trail, setTrail] = useState<Trail>([]);
  const askSoon = useSoon(query.refetch, { busy: query.loading, milliseconds: PACE_MS });
  useEffect(() => {
    if (userId !== '') return subscribe(moved, { userId }, askSoon, askSoon);
  }, [userId]);
  const positions = query.data?.user?.factors.map(({ position }) => position);
  const key = positions?.join(' ');
  useEffect(() => {
    if (positions !== undefined && positions.length > 0) setTrail((known) => [...known, positions].slice(-TRAIL));
  }, [key]);
  return { query, trail };
}
