import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../../components/states.tsx';
import { percent } from '../../format.ts';
import { request } from '../../graphql/request.ts';
import { ServerError } from '../../graphql/serverError.ts';
import { train, type VersionsQuery } from './model.operations.ts';
import type { Progress, Run } from './useTraining.ts';
import { nameOf } from './words.ts';

interface TrainingPanelProps {
  readonly model: VersionsQuery['model'];
  readonly run: Run | null;
  readonly onStart: () => void;
}

/** Starts a training, and shows how far the one under way is. */
export function TrainingPanel({ model, run, onStart }: TrainingPanelProps) {
  const [scope, setScope] = useState('all');
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const isRunning = run !== null || model.training;
  const start = async () => {
    setStarting(true);
    setRefusal(null);
    try {
      await request(train, { models: scope === 'all' ? null : ['MF'] });
      onStart();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      setRefusal(error.message);
    } finally {
      setStarting(false);
    }
  };
  return (
    <section class="panel">
      <header>
        <h2>Training</h2>
        <p class="note">Runs beside serving. The new version takes over by itself unless it is worse than the one that serves.</p>
      </header>
      <form
        class="train"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <label for="scope">What to train</label>
        <select id="scope" value={scope} onChange={(event) => setScope(event.currentTarget.value)}>
          <option value="all">All models</option>
          <option value="MF">The factorization alone: quicker</option>
        </select>
        <button type="submit" class="primary" disabled={isRunning || starting}>
          {isRunning ? 'Training …' : 'Train now'}
        </button>
        <Outcome model={model} isRunning={isRunning} />
      </form>
      {refusal !== null && <Failure message={refusal} />}
      {isRunning && <Bar newest={run?.newest ?? null} />}
    </section>
  );
}

function Bar({ newest }: { readonly newest: Progress | null }) {
  const text =
    newest === null
      ? 'A training is under way; its news comes with its next step.'
      : `${percent(newest.done)} done: ${nameOf(newest.model)}, step ${newest.epoch} of ${newest.epochs}.`;
  return (
    <div class="progress">
      {newest === null ? <progress aria-label="Training" /> : <progress aria-label="Training" value={newest.done} max={1} />}
      <p class="note">{text}</p>
    </div>
  );
}

/** Says once how a training that was seen to run has ended. */
function Outcome({ model: { version, stale }, isRunning }: { readonly model: VersionsQuery['model']; readonly isRunning: boolean }) {
  const [before, setBefore] = useState<number | null>(null);
  useEffect(() => {
    if (isRunning) setBefore(version);
  }, [isRunning]);
  const text = (() => {
    if (before === null || isRunning) return '';
    if (stale) return 'The training has ended without a version.';
    return version === before
      ? `The training has ended; version ${version} goes on serving. Why the new one does not stands below.`
      : `The training has ended: version ${version} serves now.`;
  })();
  return <p role="status">{text}</p>;
}
