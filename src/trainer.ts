import type { LossPoint, Model } from './domain.ts';
import { WorkingScale } from './engine/data/workingScale.ts';
import { type Device, openDevice } from './engine/kernels/device.ts';
import { takeSnapshot } from './engine/training/snapshot.ts';
import { encodeTensors } from './engine/training/tensorFile.ts';
import { type FitProgress, type TrainingOutcome, train } from './engine/training/train.ts';
import { fitMembersBeside } from './memberThreads.ts';
import { eventsAfter } from './recovery.ts';
import { SnapshotFolder, snapshotFile } from './store/snapshots.ts';
import { Store } from './store/store.ts';
import type { TrainerMessage, TrainerRequest } from './trainerProtocol.ts';

/** The server that asked for a training. */
const PARENT = process.ppid;

/**
 * The trainer process: reads the log up to the sequence it is told, fits, writes version files and reports them.
 * An out-of-memory kill or a crash ends this process and nothing else.
 */
async function run(request: TrainerRequest): Promise<void> {
  const store = Store.open(request.dbPath, { readOnly: true, clock: Date.now });
  const losses: LossPoint[] = [];
  const points = new WorkingScale(request.scale).pointsPerUnit;
  const { seed, hybrid, factorizationFirst, baseSequence, version, scale, carried } = request;
  const onProgress = (progress: FitProgress) => {
    leaveIfOrphaned();
    const point = lossPoint(progress, points);
    losses.push(point);
    send({ type: 'progress', progress: { ...point, epochs: progress.epochs, done: progress.done, finished: false, error: null } });
  };
  const events = eventsAfter(store, 0, baseSequence);
  const options = { seed, hybrid, factorizationFirst, fitMembers: fitMembersBeside, openDevice: () => deviceFor(request), onProgress };
  await train({ events, baseSequence, version, scale, carried, options }, (outcome) => publish(request, outcome, losses));
  store.close();
  send({ type: 'finished' }, leave);
}

function publish(
  request: TrainerRequest,
  { model, holdout, refusedBecause, compute, kernels }: TrainingOutcome,
  losses: LossPoint[],
): void {
  leaveIfOrphaned();
  const { baseSequence } = request;
  const { version } = model;
  const { chunks, sha256 } = encodeTensors(takeSnapshot(model, request.settings));
  const file = snapshotFile('model', version, baseSequence);
  new SnapshotFolder(request.dbPath).write(file, chunks);
  const models: Model[] = model.hybrid === null ? ['MF'] : ['MF', 'GNN', 'BNN', 'HYBRID'];
  send({ type: 'published', version, baseSequence, file, sha256, models, holdout, refusedBecause, losses: [...losses], compute, kernels });
}

/** Without any device the plain loops do the work. */
async function deviceFor({ compute }: TrainerRequest): Promise<Device | null> {
  const log = (line: string) => send({ type: 'log', line });
  try {
    return await openDevice(compute, log);
  } catch (error) {
    log(`Kernels don't run here (${(error as Error).message}); training goes on in plain loops.`);
    return null;
  }
}

/** A fit leaves no turn in which to hear of a disconnect: it would go on for nobody, beside the training of the next server. */
function leaveIfOrphaned(): void {
  if (process.ppid !== PARENT) process.exit();
}

/** Only once the last message is on its way. */
function leave(): void {
  process.disconnect();
}

/** RMSE in rating points; loss in squared rating points, that of a head in nats a rating. */
function lossPoint({ model, epoch, loss, rmse }: FitProgress, pointsPerUnit: number): LossPoint {
  const inNats = model === 'BNN' || model === 'HYBRID';
  return {
    model,
    epoch,
    loss: inNats ? loss + Math.log(pointsPerUnit) : loss * pointsPerUnit * pointsPerUnit,
    rmse: rmse === null ? null : rmse * pointsPerUnit,
  };
}

function send(message: TrainerMessage, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

process.once('message', (request) => {
  run(request as TrainerRequest).catch((error: Error) => send({ type: 'failed', message: error.message }, leave));
});
// Nobody is left to publish for.
process.once('disconnect', () => process.exit());
