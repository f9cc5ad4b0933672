import '../../styles/series.css';
import './data.css';
import { useState } from 'preact/hooks';
import { Answer, Empty } from '../../components/states.tsx';
import { count, percent, plural, points } from '../../format.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { useUpdates } from '../../state/feed.ts';
import { hrefOf } from '../../state/route.ts';
import { type OverviewQuery, overview } from './data.operations.ts';
import { FairnessPanel } from './fairness.tsx';
import { GenresPanel } from './genres.tsx';
import { MoviesPanel } from './movies.tsx';
import { PeoplePanels } from './people.tsx';
import { RatingsPanel } from './ratings.tsx';

export default function Data() {
  const query = useQuery(overview, {});
  return (
    <Answer query={query} what="the figures">
      {({ dataset }) =>
        dataset.ratingCount === 0 ? (
          <Empty title="There is no rating yet.">
            <p>
              Rate a film in <a href={hrefOf('/for-you')}>For you</a>, or import ratings: <code>npx tastegraph import PATH</code>.
            </p>
          </Empty>
        ) : (
          <>
            <Totals dataset={dataset} />
            <News onCount={query.refetch} />
            <div class="data-pair">
              <RatingsPanel dataset={dataset} />
              <GenresPanel genres={dataset.genres} />
            </div>
            <MoviesPanel dataset={dataset} />
            <PeoplePanels scale={dataset.scale} />
            <FairnessPanel />
          </>
        )
      }
    </Answer>
  );
}

function Totals({ dataset }: { readonly dataset: OverviewQuery['dataset'] }) {
  const { ratingCount, userCount, movieCount, mean, variance, sparsity } = dataset;
  return (
    <dl class="figures">
      <div>
        <dt>Ratings</dt>
        <dd>{count(ratingCount)}</dd>
      </div>
      <div>
        <dt>Users</dt>
        <dd>{count(userCount)}</dd>
      </div>
      <div>
        <dt>Films</dt>
        <dd>{count(movieCount)}</dd>
      </div>
      <div>
        <dt>Mean rating</dt>
        <dd>{points(mean, 2)}</dd>
      </div>
      <div>
        <dt>Standard deviation</dt>
        <dd>{points(Math.sqrt(variance), 2)}</dd>
      </div>
      <div>
        <dt>Pairs without a rating</dt>
        <dd>{percent(sparsity, 1)}</dd>
      </div>
    </dl>
  );
}

/** Counting reads every rating, so it is done again only when somebody asks. */
function News({ onCount }: { readonly onCount: () => void }) {
  const [since, setSince] = useState(0);
  useUpdates((updates) => setSince((known) => known + updates.filter(({ kind }) => kind === 'RATING').length));
  if (since === 0) return null;
  return (
    <p class="note">
      {plural(since, 'rating')} since these figures were counted.{' '}
      <button
        type="button"
        class="quiet"
        onClick={() => {
          setSince(0);
          onCount();
        }}
      >
        Count again
      </button>
    </p>
  );
}
