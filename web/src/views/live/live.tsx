import '../../styles/series.css';
import './live.css';
import { useRef, useState } from 'preact/hooks';
import { Answer, Empty } from '../../components/states.tsx';
import { percent, plural, points } from '../../format.ts';
import { useCatalogue } from '../../state/catalogue.ts';
import { hrefOf } from '../../state/route.ts';
import { ConnectionLine } from './connectionLine.tsx';
import type { History } from './history.ts';
import { Newest } from './newest.tsx';
import { Pace, perSecond } from './pace.tsx';
import { CoverageChart, ErrorChart } from './qualityCharts.tsx';
import { TruthChart } from './truthChart.tsx';
import { type Live as LiveState, useHistory } from './useHistory.ts';

export default function Live() {
  const catalogue = useCatalogue();
  const live = useHistory();
  const { query, history } = live;
  const [paused, setPaused] = useState(false);
  const shown = useRef(history);
  if (!paused) shown.current = history;
  const waiting = history.rated.filter(({ sequence }) => sequence > (shown.current.rated.at(-1)?.sequence ?? 0)).length;
  return (
    <>
      <div class="live-bar">
        <ConnectionLine />
        <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Go on' : 'Pause'}
        </button>
        {paused && <span class="note">{waiting > 0 ? `${plural(waiting, 'rating')} since` : 'no rating since'}</span>}
      </div>
      <Answer query={query} what="the curve">
        {() => (
          <Answer query={catalogue} what="the scale">
            {({ dataset: { scale } }) => <Charts live={live} history={shown.current} scale={scale} paused={paused} />}
          </Answer>
        )}
      </Answer>
    </>
  );
}

interface ChartsProps {
  readonly live: LiveState;
  readonly history: History;
  readonly scale: { readonly min: number; readonly max: number };
  readonly paused: boolean;
}

function Charts({ live, history, scale, paused }: ChartsProps) {
  if (history.errors.length === 0 && history.rated.length === 0) {
    return (
      <Empty title="No rating has arrived yet.">
        <p>
          Rate a film in <a href={hrefOf('/for-you')}>For you</a>, here or in another window: it shows here at once.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <Figures live={live} history={history} />
      <div class="live-charts">
        <section class="panel">
          <h2>Error</h2>
          <ErrorChart history={history} />
        </section>
        <section class="panel">
          <h2>Honesty of the intervals</h2>
          <CoverageChart history={history} />
        </section>
        <section class="panel">
          <h2>Predicted and given</h2>
          <TruthChart rated={history.rated} scale={scale} />
        </section>
        <section class="panel">
          <h2>Pace</h2>
          <Pace rated={history.rated} now={live.now} paused={paused} />
        </section>
      </div>
      <Newest rated={history.rated} />
    </>
  );
}

function Figures({ live: { model, now }, history }: { readonly live: LiveState; readonly history: History }) {
  const error = history.errors.at(-1)?.value ?? model?.runningRmse ?? null;
  const coverage = history.coverages.at(-1)?.value ?? null;
  return (
    <dl class="figures">
      <div>
        <dt>Running error (RMSE)</dt>
        <dd>{error === null ? '–' : points(error, 3)}</dd>
      </div>
      <div>
        <dt>Inside the 90 % interval</dt>
        <dd>{coverage === null ? '–' : percent(coverage, 1)}</dd>
      </div>
      <div>
        <dt>Ratings per second</dt>
        <dd>{points(perSecond(history.rated, now()), 1)}</dd>
      </div>
      <div>
        <dt>Model version</dt>
        <dd>{model?.version ?? '–'}</dd>
      </div>
    </dl>
  );
}
