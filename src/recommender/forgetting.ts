import { setTimeout as sleep } from 'node:timers/promises';
import { restoreSnapshot, takeSnapshot } from '../engine/training/snapshot.ts';
import { RequestError } from '../errors.ts';
import { type ModelSource, removeForgotten } from '../recovery.ts';
import { describeWriteFailure } from '../store/writeFailure.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { OneAtATime } from './oneAtATime.ts';
import type { Retraining } from './retraining.ts';
import type { Serving } from './serving.ts';
import type { VersionRegister } from './versionRegister.ts';

/** Between two attempts to empty the write-ahead log while another program reads it; milliseconds. */
const PAUSE = 100;
/** How long a caller waits for that; milliseconds. */
const PATIENCE = 10_000;
/** How often it is tried again after that; milliseconds. */
const LATER = 5_000;

interface Parts {
  readonly serving: Serving;
  readonly source: ModelSource;
  readonly checkpoints: Checkpoints;
  readonly retraining: Retraining;
  readonly versions: VersionRegister;
  readonly turns: OneAtATime;
}

/** What the log is asked to do. @returns what became of it; the callback is the last act of its transaction */
type Erase<Event> = (beforeCommit: (sequence: number) => void) => Event;

/** Leaves nothing of a user in model, log and files. */
export class Forgetting {
  private readonly parts: Parts;
  private cleaner: NodeJS.Timeout | null = null;

  /** Also finishes what an earlier process could not. */
  constructor(parts: Parts) {
    this.parts = parts;
    const { store } = parts.source;
    if (store.lastForgotten() > 0 && !store.truncateLog()) this.truncateLater();
  }

  /**
   * A training under way is ended, hand-overs and checkpoints are waited for; the rest is one turn: a copy of the model forgets, is
   * written, and serves as soon as `erase` has made the log forget, too. When that fails nothing has happened.
   * @param flush writes what waits
   */
  async forget<Event>(userId: string, flush: () => void, erase: Erase<Event>): Promise<Event> {
    const { retraining, turns, checkpoints } = this.parts;
    const held = retraining.hold('a user is forgotten');
    return turns.run(async () => {
      const release = await held;
      try {
        await checkpoints.pause();
        flush();
        const event = this.forgetNow(userId, erase);
        await this.cleanUp();
        return event;
      } finally {
        checkpoints.resume();
        release();
      }
    });
  }

  close(): void {
    if (this.cleaner !== null) clearInterval(this.cleaner);
    this.cleaner = null;
  }

  private forgetNow<Event>(userId: string, erase: Erase<Event>): Event {
    const { serving, source, checkpoints, versions } = this.parts;
    const next = restoreSnapshot(takeSnapshot(serving.model, source.settings));
    next.forget(userId);
    let written: string | null = null;
    let event: Event;
    try {
      event = erase((sequence) => {
        next.sequence = sequence;
        const { file, sha256 } = checkpoints.writeFirst(next);
        written = file;
        const row = versions.find(next.version);
        if (row !== null) versions.save({ ...row, file, sha256 });
      });
    } catch (error) {
      if (written !== null) source.folder.remove(written);
      throw describeWriteFailure(error);
    }
    if (written === null) return event;
    serving.model = next;
    checkpoints.committed(next);
    return event;
  }

  /** The log has forgotten by now: what can't be removed here, a later attempt or the next start removes. */
  private async cleanUp(): Promise<void> {
    const { source } = this.parts;
    removeForgotten(source);
    for (let waited = 0; !source.store.truncateLog(); waited += PAUSE) {
      if (waited >= PATIENCE) {
        this.truncateLater();
        throw new RequestError(
          'OVERLOADED',
          'The user is forgotten, but another program reads the database: old bytes stay in its write-ahead log until that has ended.',
          { retryAfterMs: LATER },
        );
      }
      await sleep(PAUSE);
    }
  }

  private truncateLater(): void {
    this.close();
    this.cleaner = setInterval(() => {
      if (this.parts.source.store.truncateLog()) this.close();
    }, LATER).unref();
  }
}
