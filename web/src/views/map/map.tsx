import '../../styles/series.css';
import './map.css';
import { useState } from 'preact/hooks';
import { Answer, Empty } from '../../components/states.tsx';
import { UserBar } from '../../components/userBar.tsx';
import { useQuery } from '../../graphql/useQuery.ts';
import { useUpdates } from '../../state/feed.ts';
import { hrefOf, route, setQuery, userId } from '../../state/route.ts';
import { AxisChoice } from './axisChoice.tsx';
import { FilmDetail } from './filmDetail.tsx';
import { type Film, filmsOn } from './films.ts';
import { FilmTable } from './filmTable.tsx';
import { signsFor } from './genreSigns.ts';
import { Legend } from './legend.tsx';
import { type TasteMapQuery, tasteMap } from './map.operations.ts';
import { Plane } from './plane.tsx';
import { Standing } from './standing.tsx';
import { usePlace } from './usePlace.ts';

const FILMS = 300;

export default function TasteMap() {
  const query = useQuery(tasteMap, { films: FILMS });
  useUpdates((updates) => {
    if (updates.some(({ kind }) => kind === 'ACTIVATED')) query.refetch();
  });
  return (
    <>
      <UserBar />
      <Answer query={query} what="the map">
        {(data) =>
          data.latentFactors.length < 2 || data.dataset.mostRated.length === 0 ? (
            <Empty title="There is no map yet.">
              <p>
                Axes of taste come with the first training: start one in <a href={hrefOf('/model')}>Model</a>.
              </p>
            </Empty>
          ) : (
            <Mapped key={userId.value} data={data} user={userId.value} />
          )
        }
      </Answer>
    </>
  );
}

function Mapped({ data, user }: { readonly data: TasteMapQuery; readonly user: string }) {
  const factors = data.latentFactors;
  const across = axisOf('across', 0, factors.length);
  const up = axisOf('up', across === 1 ? 0 : 1, factors.length);
  const movies = data.dataset.mostRated;
  const signs = signsFor(movies);
  const films = filmsOn(movies, signs, across, up);
  const [genre, setGenre] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [pointed, setPointed] = useState<Film | null>(null);
  const { query, trail } = usePlace(user);
  const shown = pointed ?? films.find(({ movie }) => movie.id === chosen) ?? null;
  const axes = { across: factors[across]!, up: factors[up]! };
  return (
    <section class="panel">
      <header>
        <h2>{films.length} films by taste</h2>
        <p class="note">
          Those who lie far to one side of an axis like the films there more than others do. The {films.length} most rated films are drawn;
          of several genres, a film has the sign of the rarest.
        </p>
      </header>
      <AxisChoice
        factors={factors}
        across={across}
        up={up}
        onChoose={(name, index) => setQuery({ [name]: String(index) }, { replace: true })}
      />
      <Legend signs={signs} chosen={genre} onChoose={setGenre} />
      <Plane
        films={films}
        axes={axes}
        genre={genre}
        chosen={chosen}
        user={user}
        trail={trail.map((place) => [place[across]!, place[up]!])}
        onChoose={setChosen}
        onPoint={setPointed}
      />
      {user !== '' && <Standing query={query} user={user} axes={axes} />}
      <FilmDetail film={shown} user={user} onRated={query.refetch} />
      <FilmTable films={films} axes={axes} />
    </section>
  );
}

/** The axis that the address names, or the one that it would be anyway. */
function axisOf(name: string, otherwise: number, axes: number): number {
  const wanted = Number(route.value.query.get(name) ?? otherwise);
  return Number.isInteger(wanted) && wanted >= 0 && wanted < axes ? wanted : otherwise;
}
