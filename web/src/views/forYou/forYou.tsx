import './forYou.css';
import { IntervalBar, IntervalLegend } from '../../components/intervalBar.tsx';
import { Answer, Empty } from '../../components/states.tsx';
import { UserBar } from '../../components/userBar.tsx';
import { points, sureness, titled } from '../../format.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { type Scale, useCatalogue } from '../../state/catalogue.ts';
import { useUpdates } from '../../state/feed.ts';
import { userId } from '../../state/route.ts';
import { type ListForQuery, listFor } from './forYou.operations.ts';

const PAGE = 12;

export default function ForYou() {
  const catalogue = useCatalogue();
  return (
    <>
      <UserBar />
      <Answer query={catalogue} what="the catalogue">
        {({ dataset }) =>
          userId.value === '' ? <Empty title="Whose list?" /> : <List key={userId.value} user={userId.value} scale={dataset.scale} />
        }
      </Answer>
    </>
  );
}

function List({ user, scale }: { readonly user: string; readonly scale: Scale }) {
  const list = useQuery(listFor, { userId: user, n: PAGE, strategy: 'RELEVANCE', diversity: 0, popularity: 0.25 });
  useUpdates((updates) => {
    if (updates.some((update) => update.userId === user || update.kind === 'ACTIVATED')) list.refetch();
  });
  return (
    <Answer query={list} what="the list">
      {({ recommendations }) => (
        <section class="panel">
          <h2>Best first</h2>
          <IntervalLegend />
          <ol class="cards">
            {recommendations.map((row) => (
              <Card key={row.movie.id} row={row} scale={scale} />
            ))}
          </ol>
        </section>
      )}
    </Answer>
  );
}

function Card({ row, scale }: { readonly row: ListForQuery['recommendations'][number]; readonly scale: Scale }) {
  return (
    <li class="card">
      <h3>{titled(row.movie)}</h3>
      <p class="note">{row.movie.genres.join(', ')}</p>
      <p class="score">{points(row.score)}</p>
      <IntervalBar prediction={row} scale={scale} />
      <p class="note">
        {sureness(row.confidence)}. {row.explanation.summary}
      </p>
    </li>
  );
}
