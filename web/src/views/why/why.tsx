import { useEffect } from 'preact/hooks';
import { IntervalBar } from '../../components/intervalBar.tsx';
import { Answer, Empty } from '../../components/states.tsx';
import { UserBar } from '../../components/userBar.tsx';
import { percent, plural, points, sureness, titled } from '../../format.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { type Scale, useCatalogue } from '../../state/catalogue.ts';
import { useUpdates } from '../../state/feed.ts';
import { route, setQuery, userId } from '../../state/route.ts';
import { Waterfall } from './waterfall.tsx';
import { bestFor, whyThis } from './why.operations.ts';

export default function Why() {
  const catalogue = useCatalogue();
  const user = userId.value;
  const movie = route.value.query.get('movie');
  return (
    <>
      <UserBar />
      <Answer query={catalogue} what="the catalogue">
        {({ dataset: { scale } }) => {
          if (user === '') return <Empty title="Whose prediction?" />;
          return movie === null ? (
            <FirstMovie key={user} user={user} />
          ) : (
            <Explained key={`${user}\n${movie}`} user={user} movie={movie} scale={scale} />
          );
        }}
      </Answer>
    </>
  );
}

/** Without a movie in the address it is the first of the user's list. */
function FirstMovie({ user }: { readonly user: string }) {
  const best = useQuery(bestFor, { userId: user });
  const first = best.data?.recommendations[0]?.movie.id;
  useEffect(() => {
    if (first !== undefined) setQuery({ movie: first }, { replace: true });
  }, [first]);
  return (
    <Answer query={best} what="the list">
      {() => (first === undefined ? <Empty title="There is no film to explain yet." /> : null)}
    </Answer>
  );
}

function Explained({ user, movie, scale }: { readonly user: string; readonly movie: string; readonly scale: Scale }) {
  const query = useQuery(whyThis, { userId: user, movieId: movie });
  useUpdates((updates) => {
    if (updates.some((update) => update.userId === user || update.movieId === movie || update.kind === 'ACTIVATED')) query.refetch();
  });
  return (
    <Answer query={query} what="the explanation">
      {({ prediction }) => (
        <section class="panel">
          <header>
            <h2>{titled(prediction.movie)}</h2>
            <p class="note">{prediction.explanation.summary}</p>
          </header>
          <p>
            {points(prediction.score)}, {sureness(prediction.confidence)}: {percent(prediction.confidence)} within half a star. Rated by{' '}
            {plural(prediction.movie.ratingCount, 'person', 'people')}.
          </p>
          <IntervalBar prediction={prediction} scale={scale} />
          <Waterfall contributions={prediction.explanation.contributions} score={prediction.score} scale={scale} />
        </section>
      )}
    </Answer>
  );
}
