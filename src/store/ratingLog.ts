import type { EventBody, LogEvent, Timestamp } from '../domain.ts';

/** An event that has no number yet. */
export interface NewEvent {
  readonly at: Timestamp;
  readonly requestId: string | null;
  readonly body: EventBody;
}

/**
 * The seam for growth: whatever keeps the log in order and hands it back.
 * SQLite is the default; a replicated log can stand here without a change above it.
 */
export interface RatingLog {
  /** Appends in order. @returns the sequence of each, rising */
  append(events: readonly NewEvent[]): number[];
  /** Events with a sequence in (after, upTo], oldest first, at most `limit`. */
  read(after: number, limit: number, upTo?: number): LogEvent[];
}
