import type { Logger } from 'pino';
import type { LogEvent } from './domain.ts';
import type { LiveModel } from './engine/online/liveModel.ts';
import { metadataOf, restoreSnapshot } from './engine/training/snapshot.ts';
import { decodeTensors } from './engine/training/tensorFile.ts';
import { type SnapshotFolder, type SnapshotName, snapshotFile } from './store/snapshots.ts';
import type { Store } from './store/store.ts';

/** Events read from the log at a time. */
const SLICE = 5000;

/** Where a model comes from, and what it must fit. */
export interface ModelSource {
  readonly store: Store;
  readonly folder: SnapshotFolder;
  /** What `modelSettings` says now. */
  readonly settings: string;
  readonly logger: Logger;
}

/** What is done with each event; the default teaches it to the model. */
export type Apply = (model: LiveModel, event: LogEvent) => void;

const teach: Apply = (model, { sequence, body }) => model.apply(sequence, body);

/** @throws Error saying why the file can't be used */
export function loadModel({ folder, settings }: ModelSource, file: string): LiveModel {
  const tensors = decodeTensors(folder.read(file));
  const made = metadataOf(tensors);
  if (made.settings !== settings) throw new Error('it was made with other settings');
  const named = folder.nameOf(file);
  if (named?.version !== made.version || named.sequence !== made.sequence) throw new Error('it holds another model than its name says');
  return restoreSnapshot(tensors);
}

/** The newest model that a good file gives and the log agrees with; files that can't be used are skipped with a warning. */
export function newestModel(source: ModelSource): LiveModel | null {
  for (const name of source.folder.list().filter((candidate) => isUsable(source.store, candidate))) {
    try {
      return loadModel(source, name.file);
    } catch (error) {
      source.logger.warn(
        { file: name.file },
        `Skipping ${name.file}: ${(error as Error).message}. An older file or the log alone is used.`,
      );
    }
  }
  return null;
}

/**
 * Removes the model files that know users who were forgotten: those of before, and those that a crash kept from being part of the log.
 * Nothing else may be writing files.
 */
export function removeForgotten({ store, folder }: Pick<ModelSource, 'store' | 'folder'>): void {
  const last = store.lastSequence();
  const forgotten = store.lastForgotten();
  folder.removeTemporary();
  for (const { file, sequence } of folder.list()) if (sequence < forgotten || sequence > last) folder.remove(file);
}

/** A checkpoint serves if its version was active then; a version's file if that version is active or was before what follows. */
function isUsable(store: Store, name: SnapshotName): boolean {
  const last = store.lastSequence();
  if (name.sequence > last) return false;
  if (name.kind === 'checkpoint') return store.activeAt(name.sequence) === name.version;
  return store.activeAt(last) === name.version;
}

/**
 * Folds the events after the model's last one, up to and including `upTo`. Where the log says that a version was activated,
 * the fold goes on from that version's file, as it did when it was first activated.
 * @returns the model that serves at the end
 */
export function foldLog(start: LiveModel, source: ModelSource, upTo = Number.MAX_SAFE_INTEGER, apply: Apply = teach): LiveModel {
  let model = start;
  for (const event of eventsAfter(source.store, start.sequence, upTo)) {
    if (event.body.kind === 'activated') model = activated(model, source, event, event.body);
    else apply(model, event);
  }
  return model;
}

/** The state of a version at its own activation, which `event` is; the present model when its file can't be used. */
function activated(present: LiveModel, source: ModelSource, event: LogEvent, body: { version: number; baseSequence: number }): LiveModel {
  if (present.version === body.version) {
    present.apply(event.sequence, event.body);
    return present;
  }
  const file = snapshotFile('model', body.version, body.baseSequence);
  let model = present;
  try {
    model = loadModel(source, file);
    for (const later of eventsAfter(source.store, body.baseSequence, event.sequence - 1)) {
      if (later.body.kind !== 'activated') teach(model, later);
    }
  } catch (error) {
    source.logger.warn(
      { file },
      `Version ${body.version} can't be loaded: ${(error as Error).message}. The version before goes on serving.`,
    );
  }
  model.apply(event.sequence, event.body);
  return model;
}

export function* eventsAfter(store: Store, after: number, upTo: number): Generator<LogEvent> {
  for (let from = after; ; ) {
    const slice = store.readSlice(from, SLICE, upTo);
    yield* slice;
    const last = slice.at(-1);
    if (last === undefined || slice.length < SLICE) return;
    from = last.sequence;
  }
}
