import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { LogEvent, PageRequest, RatingInput } from '../../src/domain.ts';
import { Store } from '../../src/store/store.ts';

/** A folder of its own for every test of a file, removed afterwards. */
export function useFolder(): { path(name: string): string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tastegraph-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return { path: (name) => join(folder, name) };
}

/** Stores in such a folder, closed afterwards. Their clock counts 1, 2, 3 ... from the time it is opened. */
export function useStores(): { path(name: string): string; open(name?: string, readOnly?: boolean): Store } {
  const folder = useFolder();
  const opened: Store[] = [];
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
  });
  return {
    path: folder.path,
    open: (name = 'test.db', readOnly = false) => {
      const store = Store.open(folder.path(name), { clock: countingClock(), readOnly });
      opened.push(store);
      return store;
    },
  };
}

export function countingClock(): () => number {
  let time = 0;
  return () => ++time;
}

export function rating(userId: string, movieId: string, value: number, rest: Partial<RatingInput> = {}): RatingInput {
  return { userId, movieId, rating: value, ratedAt: null, requestId: null, ...rest };
}

export function everyEvent(store: Store): LogEvent[] {
  return store.readSlice(0, 1_000_000);
}

export function firstPage(first = 100): PageRequest {
  return { first, after: null };
}
