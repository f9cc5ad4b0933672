import { describe, expect, it } from 'vitest';
import type { EventBody, LogEvent } from '../../../src/domain.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import { fittedLog } from '../../../src/engine/training/fittedLog.ts';
import { rated } from '../online/support.ts';

const SCALE = { min: 1, max: 5, step: 0.5 };
const USERS = 300;

/** A log of `ratings` ratings, each after `others` records of movies that come to nothing, and one more at the end. */
function logWith(ratings: number, others = 0): LogEvent[] {
  const bodies: EventBody[] = [];
  const put = () => bodies.push({ kind: 'moviePut', movie: { id: 'm0', title: `Edition ${bodies.length}`, year: null, genres: [] } });
  for (let n = 0; n < ratings; n += 1) {
    for (let other = 0; other < others; other += 1) put();
    bodies.push(rated(`u${n % USERS}`, `m${Math.floor(n / USERS)}`, 1 + (n % 9) / 2, 1_000 + n));
  }
  put();
  return bodies.map((body, at) => ({ sequence: 3 * at + 1, at: 0, requestId: null, body }));
}

const isRating = ({ body }: LogEvent) => body.kind === 'rated';

describe('the log as a training takes it', () => {
  it.each([
    ['nothing of few ratings', 499, 0],
    ['2 %', 500, 10],
    ['2 %, rounded down', 799, 15],
    ['no more than 2,000', 105_000, 2_000],
  ])('holds out %s', (_, ratings, held) => {
    const log = logWith(ratings);
    const base = log.at(-1)!.sequence;
    const { sequence, data, holdout } = fittedLog(log, base, SCALE);
    expect(holdout.filter(isRating)).toHaveLength(held);
    expect(data.ratings.size).toBe(ratings - held);
    // A rating that is held out is the first event that the fits don't see.
    expect(holdout).toEqual(log.filter((event) => event.sequence > sequence));
    expect(held === 0 ? sequence : holdout[0]!.sequence - 1).toBe(sequence);
    if (held === 0) expect(sequence).toBe(base);
    else expect(isRating(holdout[0]!)).toBe(true);
  });

  it('folds what comes between as the log has it, however many other events there are', () => {
    const log = logWith(900, 7);
    const { sequence, data, holdout } = fittedLog(log, log.at(-1)!.sequence, SCALE);
    const folded = new LiveData(SCALE);
    for (const event of log) if (event.sequence <= sequence) folded.fold(event);
    expect(data).toEqual(folded);
    expect(holdout.filter(isRating)).toHaveLength(18);
    expect(holdout.filter((event) => !isRating(event))).toHaveLength(17 * 7 + 1);
  });

  it('reads an empty log', () => {
    expect(fittedLog([], 12, SCALE)).toEqual({ sequence: 12, data: new LiveData(SCALE), holdout: [] });
  });
});
