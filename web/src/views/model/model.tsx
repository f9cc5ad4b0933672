import '../../styles/series.css';
import './model.css';
import { useState } from 'preact/hooks';
import { Answer, Empty } from '../../components/states.tsx';
import { useSoon } from '../../components/useSoon.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { useUpdates } from '../../state/feed.ts';
import { Learned } from './learned.tsx';
import { LossCharts } from './lossCharts.tsx';
import { type VersionsQuery, versions } from './model.operations.ts';
import { Serving } from './serving.tsx';
import { TrainingPanel } from './trainingPanel.tsx';
import { type Run, useTraining } from './useTraining.ts';
import { VersionCard } from './versionCard.tsx';

export default function Model() {
  const query = useQuery(versions, {});
  const run = useTraining(query.refetch);
  const askSoon = useSoon(query.refetch, { busy: query.loading, milliseconds: 2_000 });
  useUpdates((updates) => {
    if (updates.some(({ kind }) => kind === 'TRAINED' || kind === 'ACTIVATED')) query.refetch();
    else askSoon();
  });
  return (
    <Answer query={query} what="the versions">
      {(data) => (
        <>
          <Serving model={data.model} />
          <TrainingPanel model={data.model} run={run} onStart={query.refetch} />
          <Versions data={data} run={run} onSwitch={query.refetch} />
        </>
      )}
    </Answer>
  );
}

interface VersionsProps {
  readonly data: VersionsQuery;
  readonly run: Run | null;
  readonly onSwitch: () => void;
}

function Versions({ data: { modelVersions }, run, onSwitch }: VersionsProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = modelVersions.find(({ version }) => version === chosen) ?? modelVersions[0];
  return (
    <>
      {run !== null ? (
        <section class="panel">
          <h2>Losses while it trains</h2>
          <LossCharts losses={run.losses} />
        </section>
      ) : (
        shown !== undefined && <Learned key={shown.version} version={shown.version} newer={modelVersions.indexOf(shown)} />
      )}
      <section class="panel">
        <header>
          <h2>Versions</h2>
          <p class="note">
            Newest first. Hold-out: newer ratings that the fit had not seen. Live: ratings as they arrived, each predicted before it was
            learned.
          </p>
        </header>
        {modelVersions.length === 0 && <Empty title="There is no version yet: the first training makes one." />}
        {modelVersions.map((version) => (
          <VersionCard
            key={version.version}
            version={version}
            isShown={version === shown && run === null}
            onShow={() => {
              setChosen(version.version);
              document.getElementById('losses')?.scrollIntoView();
              document.getElementById('losses')?.focus();
            }}
            onSwitch={onSwitch}
          />
        ))}
      </section>
    </>
  );
}
