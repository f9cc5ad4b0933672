import { percent, points } from '../../format.ts';
import type { VersionsQuery } from './model.operations.ts';
import { backEnd, nameOf, timeOf } from './words.ts';

/** What answers now, and how well. */
export function Serving({ model }: { readonly model: VersionsQuery['model'] }) {
  const { version, serving, trainedAt, compute, runningRmse, runningCoverage90, stale, lastTrainingError } = model;
  return (
    <>
      {stale && (
        <p class="notice" role="status">
          <strong>The last training gave no version:</strong> {lastTrainingError ?? 'its reason is in the log of the server'}.{' '}
          {version === 0 ? 'The model that has learned from ratings alone' : `Version ${version}`} goes on serving and learning. Training is
          tried again after more ratings, or now by the button below.
        </p>
      )}
      <dl class="figures">
        <div>
          <dt>Serves now</dt>
          <dd>{version === 0 ? 'Untrained' : `Version ${version}`}</dd>
        </div>
        <div>
          <dt>What answers</dt>
          <dd class="words">{nameOf(serving)}</dd>
        </div>
        <div>
          <dt>Trained</dt>
          <dd class="words">{trainedAt === null ? 'not yet' : timeOf(trainedAt)}</dd>
        </div>
        <div>
          <dt>Kernels ran on</dt>
          <dd class="words">{backEnd(compute)}</dd>
        </div>
        <div>
          <dt>Running error (RMSE)</dt>
          <dd>{runningRmse === null ? '–' : points(runningRmse, 3)}</dd>
        </div>
        <div>
          <dt>Inside the 90 % interval</dt>
          <dd>{runningCoverage90 === null ? '–' : percent(runningCoverage90, 1)}</dd>
        </div>
      </dl>
    </>
  );
}
