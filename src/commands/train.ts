import { existsSync } from 'node:fs';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import type { Model, ModelVersion, TrainingProgress } from '../domain.ts';
import { CommandError } from '../errors.ts';
import type { Recommender } from '../recommender.ts';
import { acquireLock } from '../store/lock.ts';
import { Store } from '../store/store.ts';
import { openRecommender } from './openRecommender.ts';
import { terminalBar } from './terminalBar.ts';

/** `tastegraph train`: fits and publishes a new version; a running server does the same by `trainModel`. */
export async function runTrain(options: { readonly models: readonly Lowercase<Model>[] }, config: Config): Promise<void> {
  if (!existsSync(config.db))
    throw new CommandError(`There is no database ${config.db}: import ratings first, with tastegraph import PATH.`);
  const lock = await acquireLock(config.db, { command: 'train', clock: Date.now });
  const store = Store.open(config.db, { clock: Date.now });
  try {
    if (store.counts().ratings === 0)
      throw new CommandError(`${config.db} holds no ratings yet: import some first, with tastegraph import PATH.`);
    const recommender = openRecommender(
      store,
      config,
      pino({ level: config.logLevel === 'debug' ? 'debug' : 'warn' }, pino.destination(2)),
      false,
    );
    const version = await trainOnce(
      recommender,
      options.models.map((name) => name.toUpperCase() as Model),
    );
    await recommender.close();
    process.stdout.write(`${summary(version)}\n`);
  } finally {
    store.close();
    lock.release();
  }
}

async function trainOnce(recommender: Recommender, models: readonly Model[]): Promise<ModelVersion> {
  const show = progressLine();
  await new Promise<void>((resolve, reject) => {
    const stop = recommender.onTrainingProgress((progress) => {
      show(progress);
      if (!progress.finished) return;
      stop();
      if (progress.error === null) resolve();
      else reject(new CommandError(`Training failed: ${progress.error}.`));
    });
    recommender.train(models);
  });
  return recommender.modelVersions(1)[0]!;
}

/** A bar where a person looks, a line every tenth of the way elsewhere. */
function progressLine(): (progress: TrainingProgress) => void {
  const bar = terminalBar('{figures}');
  if (bar === null) {
    let tenths = 0;
    return ({ done, finished, ...progress }) => {
      if (finished || Math.floor(done * 10) <= tenths) return;
      tenths = Math.floor(done * 10);
      process.stderr.write(`${tenths * 10} % ${figures(progress)}\n`);
    };
  }
  bar.start(1, 0, { figures: 'reading' });
  return (progress) => {
    bar.update(progress.done, progress.finished ? {} : { figures: figures(progress) });
    if (progress.finished) bar.stop();
  };
}

function figures({ model, epoch, epochs, loss, rmse }: Pick<TrainingProgress, 'model' | 'epoch' | 'epochs' | 'loss' | 'rmse'>): string {
  return `${model} epoch ${epoch} of ${epochs}, loss ${loss?.toFixed(4)}${rmse === null ? '' : `, training RMSE ${rmse.toFixed(4)}`}`;
}

function summary({ version, active, refusedBecause, metrics }: ModelVersion): string {
  const holdout = metrics.at(-1)?.holdout;
  const accuracy = holdout ? ` RMSE ${holdout.rmse.toFixed(4)} on the newest ${holdout.ratings} ratings.` : '';
  if (active) return `Version ${version} is active.${accuracy}`;
  return `Version ${version} was kept but not activated: ${refusedBecause}.${accuracy}`;
}
