import './why.css';
import { useEffect } from 'preact/hooks';
import { FilmPicker } from '../../components/filmPicker.tsx';
import { Answer, Empty, Loading } from '../../components/states.tsx';
import { UserBar } from '../../components/userBar.tsx';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import { useActiveUser } from '../../state/activeUser.ts';
import type { CatalogueQuery } from '../../state/catalogue.operations.ts';
import { useCatalogue } from '../../state/catalogue.ts';
import { route, setQuery, userId } from '../../state/route.ts';
import { Explained } from './explained.tsx';
import { bestFor } from './why.operations.ts';

export default function Why() {
  const catalogue = useCatalogue();
  const user = userId.value;
  const movie = route.value.query.get('movie');
  return (
    <>
      <UserBar>{movie !== null && <FilmPicker movieId={movie} onChoose={(id) => setQuery({ movie: id })} />}</UserBar>
      <Content catalogue={catalogue} user={user} movie={movie} />
    </>
  );
}

interface ContentProps {
  readonly catalogue: Query<CatalogueQuery>;
  readonly user: string;
  readonly movie: string | null;
}

function Content({ catalogue, user, movie }: ContentProps) {
  const looking = useActiveUser();
  if (looking) return <Loading what="a user" />;
  if (user === '') return <Empty title="Whose prediction?">Type an id, or start as a new user.</Empty>;
  if (movie === null) return <FirstFilm key={user} user={user} />;
  return <Explained key={`${user}\n${movie}`} user={user} movie={movie} catalogue={catalogue} />;
}

/** Without a film in the address it is the first of the user's list. */
function FirstFilm({ user }: { readonly user: string }) {
  const best = useQuery(bestFor, { userId: user });
  const first = best.data?.recommendations[0]?.movie.id;
  useEffect(() => {
    if (first !== undefined) setQuery({ movie: first }, { replace: true });
  }, [first]);
  return (
    <Answer query={best} what="the list">
      {() => first === undefined && <Empty title="There is no film to explain yet.">Put films or import some, then come back.</Empty>}
    </Answer>
  );
}
