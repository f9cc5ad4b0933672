import type { LossPoint } from './domain.ts';
import { WorkingScale } from './engine/data/workingScale.ts';
import { type FitProgress, train } from './engine/training/fit.ts';
import { takeSnapshot } from './engine/training/snapshot.ts';
import { encodeTensors } from './engine/training/tensorFile.ts';
import { eventsAfter } from './recovery.ts';
import { SnapshotFolder, snapshotFile } from './store/snapshots.ts';
import { Store } from './store/store.ts';
import type { TrainerMessage, TrainerRequest } from './trainerProtocol.ts';

/**
 * The trainer process: reads the log up to the sequence it is told, fits, writes the version file and reports it.
 * An out-of-memory kill or a crash ends this process and nothing else.
 */
function run(request: TrainerRequest): void {
  const store = Store.open(request.dbPath, { readOnly: true, clock: Date.now });
  const losses: LossPoint[] = [];
  const points = new WorkingScale(request.scale).pointsPerUnit;
  const { model, holdout, refusedBecause } = train({
    read: (after, upTo) => eventsAfter(store, after, upTo),
    baseSequence: request.baseSequence,
    version: request.version,
    scale: request.scale,
    carried: request.carried,
    options: {
      seed: request.seed,
      onProgress: (progress) => {
        const point = lossPoint(progress, points);
        losses.push(point);
        send({
          type: 'progress',
          progress: { ...point, epochs: progress.sweeps, done: progress.done, finished: false, error: null },
        });
      },
    },
  });
  store.close();
  const { chunks, sha256 } = encodeTensors(takeSnapshot(model, request.settings));
  const file = snapshotFile('model', request.version, request.baseSequence);
  new SnapshotFolder(request.dbPath).write(file, chunks);
  const { version, baseSequence } = request;
  send({ type: 'published', version, baseSequence, file, sha256, holdout, refusedBecause, losses }, leave);
}

/** Only once the last message is on its way. */
function leave(): void {
  process.disconnect();
}

/** Loss in squared rating points, RMSE in rating points. */
function lossPoint({ sweep, loss, rmse }: FitProgress, pointsPerUnit: number): LossPoint {
  return { model: 'MF', epoch: sweep, loss: loss * pointsPerUnit * pointsPerUnit, rmse: rmse * pointsPerUnit };
}

function send(message: TrainerMessage, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

process.once('message', (request) => {
  try {
    run(request as TrainerRequest);
  } catch (error) {
    send({ type: 'failed', message: (error as Error).message }, leave);
  }
});
// Nobody is left to publish for.
process.once('disconnect', () => process.exit());
