import { useState } from 'preact/hooks';
import { Failure } from '../../components/states.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { percent, points } from '../../format.ts';
import { request } from '../../graphql/request.ts';
import { ServerError } from '../../graphql/serverError.ts';
import { activate, type VersionsQuery } from './model.operations.ts';
import { nameOf, timeOf } from './words.ts';

type Version = VersionsQuery['modelVersions'][number];
type Metrics = NonNullable<Version['metrics'][number]['holdout']>;

interface VersionCardProps {
  readonly version: Version;
  /** Its losses are drawn. */
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly onSwitch: () => void;
}

/** One version: what it is, how good it is, why it was refused, and the way to let it serve. */
export function VersionCard({ version, isShown, onShow, onSwitch }: VersionCardProps) {
  const { active, activatable, refusedBecause, trainedAt, sequence, models } = version;
  return (
    <article class={active ? 'version version-active' : 'version'} aria-label={`Version ${version.version}`}>
      <header>
        <h3>
          Version {version.version}
          {active && <span class="badge">✓ serves now</span>}
          {refusedBecause !== null && <span class="badge badge-refused">✕ refused</span>}
        </h3>
        <p class="note">
          {timeOf(trainedAt)}, from the log up to {sequence}: {models.map(nameOf).join(', ')}.
        </p>
      </header>
      {refusedBecause !== null && (
        <p>
          It does not serve by itself: {refusedBecause}.{activatable && ' It is kept and can serve all the same.'}
        </p>
      )}
      <Quality version={version} />
      <div class="version-buttons">
        {activatable && <Switch version={version.version} onSwitch={onSwitch} />}
        {!active && !activatable && <span class="note">Its file is no longer kept; only its figures are.</span>}
        <button type="button" class="quiet" aria-pressed={isShown} onClick={onShow}>
          {isShown ? 'Its losses are drawn above' : 'Draw its losses'}
        </button>
      </div>
    </article>
  );
}

function Switch({ version, onSwitch }: { readonly version: number; readonly onSwitch: () => void }) {
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const letServe = async () => {
    setWaiting(true);
    setRefusal(null);
    try {
      await request(activate, { version });
      onSwitch();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      setRefusal(error.message);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <>
      <button type="button" disabled={waiting} onClick={() => void letServe()}>
        {waiting ? 'It takes over …' : `Let version ${version} serve`}
      </button>
      {refusal !== null && <Failure message={refusal} />}
    </>
  );
}

function Quality({ version: { version, metrics } }: { readonly version: Version }) {
  const rows = metrics.flatMap(({ model, holdout, live }) => [
    ...(holdout === null ? [] : [rowOf(`${nameOf(model)}, hold-out`, holdout)]),
    ...(live === null ? [] : [rowOf(`${nameOf(model)}, live`, live)]),
  ]);
  if (rows.length === 0) return <p class="note">No figures: there were too few ratings to hold some out.</p>;
  return (
    <TextTable
      label={`How good version ${version} is`}
      head={['Measured on', 'Ratings', 'RMSE', 'MAE', 'Log loss', 'CRPS', 'In 90\u00a0%']}
      rows={rows}
    />
  );
}

function rowOf(name: string, { ratings, rmse, mae, nll, crps, coverage90 }: Metrics) {
  return [name, ratings, points(rmse, 3), points(mae, 3), orDash(nll), orDash(crps), coverage90 === null ? '–' : percent(coverage90, 1)];
}

function orDash(value: number | null): string {
  return value === null ? '–' : points(value, 3);
}
