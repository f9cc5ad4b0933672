import type { LogEvent, RatingScale } from '../../domain.ts';
import { LiveData } from '../data/liveData.ts';

/** Below this many ratings nothing is held out. */
const SMALLEST_WITH_HOLDOUT = 500;
const HOLDOUT_SHARE = 0.02;
const LARGEST_HOLDOUT = 2000;

/** Events that have been read and not folded are moved to the front of their array after so many that have. */
const TIDY_AFTER = 4096;

/** The log as a training takes it: what the fits see, and the newest min(2 %, 2,000) ratings, which are held out. */
export interface FittedLog {
  /** s_h: the last sequence that the fits see. */
  readonly sequence: number;
  /** What the log says up to there. */
  readonly data: LiveData;
  /** The events after it, oldest first. */
  readonly holdout: readonly LogEvent[];
}

/**
 * Reads the log once, however long it is: only what may be held out waits.
 * @param events up to `baseSequence`, oldest first @param scale before the log says one
 */
export function fittedLog(events: Iterable<LogEvent>, baseSequence: number, scale: RatingScale): FittedLog {
  const data = new LiveData(scale);
  const waiting = new WaitingEvents();
  let ratings = 0;
  for (const event of events) {
    waiting.add(event);
    if (isRating(event)) ratings += 1;
    waiting.foldInto(data, LARGEST_HOLDOUT);
  }
  waiting.foldInto(data, ratings < SMALLEST_WITH_HOLDOUT ? 0 : Math.min(Math.floor(ratings * HOLDOUT_SHARE), LARGEST_HOLDOUT));
  const holdout = waiting.all();
  return { sequence: holdout.length === 0 ? baseSequence : holdout[0]!.sequence - 1, data, holdout };
}

/** Events that have been read and not yet folded. */
class WaitingEvents {
  private readonly events: LogEvent[] = [];
  private oldest = 0;
  private ratings = 0;

  add(event: LogEvent): void {
    this.events.push(event);
    if (isRating(event)) this.ratings += 1;
  }

  /** Folds the oldest, until the first that waits is a rating and there are `kept` of those. */
  foldInto(data: LiveData, kept: number): void {
    for (; this.oldest < this.events.length; this.oldest += 1) {
      const event = this.events[this.oldest]!;
      if (isRating(event)) {
        if (this.ratings <= kept) break;
        this.ratings -= 1;
      }
      data.fold(event);
    }
    if (this.oldest > TIDY_AFTER) {
      this.events.splice(0, this.oldest);
      this.oldest = 0;
    }
  }

  all(): LogEvent[] {
    return this.events.slice(this.oldest);
  }
}

function isRating({ body }: LogEvent): boolean {
  return body.kind === 'rated';
}
