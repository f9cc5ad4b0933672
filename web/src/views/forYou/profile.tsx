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
            <Known {...known} />
          )
        }
      </Answer>
    </section>
  );
}

function Known({ ratingCount, meanRating, populationMean, standardDeviation, favouriteGenres }: NonNullable<ProfileQuery['user']>) {
  const mean = meanRating ?? populationMean;
  const liked = favouriteGenres.filter(({ lift }) => lift > 0);
  return (
    <>
      <dl class="facts">
        <Fact name="ratings" value={String(ratingCount)} />
        <Fact name={`mean, ${signed(mean - populationMean)} to all`} value={points(mean, 2)} />
        <Fact name="the model's doubt" value={`±${points(standardDeviation, 2)}`} />
      </dl>
      {liked.length > 0 && (
        <p class="note">Rates higher than other films: {liked.map(({ genre, lift }) => `${genre} (${signed(lift)})`).join(', ')}.</p>
      )}
    </>
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
