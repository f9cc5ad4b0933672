import { axisEnds } from '../../components/axisEnds.ts';
import { Answer } from '../../components/states.tsx';
import { plural, points } from '../../format.ts';
import type { Query } from '../../graphql/useQuery.ts';
import { hrefOf } from '../../state/route.ts';
import type { PlaceOfQuery, TasteMapQuery } from './map.operations.ts';
import type { Axes } from './plane.tsx';

interface StandingProps {
  readonly query: Query<PlaceOfQuery>;
  readonly user: string;
  readonly axes: Axes;
}

/** Where the user stands, in a sentence that is said anew when a rating moves it. */
export function Standing({ query, user, axes }: StandingProps) {
  return (
    <Answer query={query} what="the user's place">
      {({ user: known }) =>
        known === null || known.ratingCount === 0 ? (
          <p>
            User {user} has rated nothing yet and has no place. Rate films here, or in <a href={hrefOf('/for-you')}>For you</a>.
          </p>
        ) : (
          <p role="status">
            User {user}, after {plural(known.ratingCount, 'rating')}:{' '}
            {towards(axes.across, known.factors[axes.across.index]?.position ?? 0)};{' '}
            {towards(axes.up, known.factors[axes.up.index]?.position ?? 0)}. The edge of the map is three standard deviations of users.
          </p>
        )
      }
    </Answer>
  );
}

function towards(factor: TasteMapQuery['latentFactors'][number], position: number): string {
  const { low, high } = axisEnds(factor);
  return `${points(Math.abs(position), 2)} towards ${position < 0 ? low : high}`;
}
