import { Answer } from '../../components/states.tsx';
import { points, signed } from '../../format.ts';
import type { Query } from '../../graphql/useQuery.ts';
import type { ProfileQuery } from './forYou.operations.ts';

/** Who the list is for, as far as the model knows. */
export function Profile({ user, query }: { readonly user: string; readonly query: Query<ProfileQuery> }) {
  return (
    <section class="panel profile" aria-labelledby="profile">
      <h2 id="profile">User {user}</h2>
      <Answer query={query} what="the user">
        {({ user: known }) =>
          known === null || known.ratingCount === 0 ? (
            <p>Nobody of this name has rated anything. The list is what most people like, with wide bars; a few ratings make it theirs.</p>
          ) : (
            <>
              <dl class="facts">
                <Fact name="ratings" value={String(known.ratingCount)} />
                <Fact name={`mean, ${signed(meanOf(known) - known.populationMean)} to all`} value={points(meanOf(known), 2)} />
                <Fact name="the model's doubt" value={`±${points(known.standardDeviation, 2)}`} />
              </dl>
              {known.favouriteGenres.length > 0 && (
                <p class="note">
                  Rates higher than other films: {known.favouriteGenres.map(({ genre, lift }) => `${genre} (${signed(lift)})`).join(', ')}.
                </p>
              )}
            </>
          )
        }
      </Answer>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function meanOf({ meanRating, populationMean }: { readonly meanRating: number | null; readonly populationMean: number }): number {
  return meanRating ?? populationMean;
}
