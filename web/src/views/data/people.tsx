import { useState } from 'preact/hooks';
import { Answer } from '../../components/states.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count, points } from '../../format.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { hrefOf } from '../../state/route.ts';
import { Bars, rangeName } from './bars.tsx';
import { type PeopleQuery, people } from './data.operations.ts';
import { HeatmapPanel } from './heatmap.tsx';
import { spreadOf } from './spread.ts';

/** Rows and columns of the heatmap, so that a number fits into each field. */
const WIDE = { users: 20, movies: 20 };
const NARROW = { users: 12, movies: 9 };
const NARROW_SCREEN = '(max-width: 40rem)';

/** What is about users: those who may not read it see why, and the rest of the page. */
export function PeoplePanels({ scale }: { readonly scale: { readonly min: number; readonly max: number } }) {
  const [size] = useState(() => (matchMedia(NARROW_SCREEN).matches ? NARROW : WIDE));
  const query = useQuery(people, size);
  return (
    <Answer query={query} what="the users">
      {({ dataset }) => (
        <>
          <section class="panel">
            <header>
              <h2>Users</h2>
              <p class="note">{spreadOf(dataset.ratingsPerUser, 'user')}</p>
            </header>
            <div class="data-pair">
              <Bars
                caption="Users by their number of ratings."
                bars={dataset.ratingsPerUser.bins.map((bin) => ({ name: rangeName(bin), count: bin.count }))}
                along="ratings of a user"
                unit="users"
              />
              <Bars
                caption="Users by their mean rating: some give much, some little."
                bars={dataset.userMeans.map((bin) => ({ name: String(bin.value), count: bin.count }))}
                along="mean rating"
                unit="users"
              />
              <Users name="Most active" users={dataset.mostActive} />
              <Users name="Least active" users={dataset.leastActive} />
            </div>
          </section>
          <HeatmapPanel heatmap={dataset.heatmap} scale={scale} />
        </>
      )}
    </Answer>
  );
}

function Users({ name, users }: { readonly name: string; readonly users: PeopleQuery['dataset']['mostActive'] }) {
  return (
    <TextTable
      label={name}
      head={[name, 'Ratings', 'Mean']}
      rows={users.map(({ id, ratingCount, meanRating }) => [
        <a href={hrefOf('/for-you', { user: id })}>{id}</a>,
        count(ratingCount),
        meanRating === null ? '–' : points(meanRating, 2),
      ])}
    />
  );
}
