import { LiveData } from '../engine/data/liveData.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { CommandError } from '../errors.ts';
import { eventsAfter } from '../recovery.ts';
import { Store } from '../store/store.ts';

/** All ratings of a database in no order, for what needs none: much quicker than by way of the log. @throws CommandError when it holds none */
export function readCurrentRatings(path: string): RatingTable {
  const store = Store.open(path, { readOnly: true, clock: Date.now });
  try {
    const scale = store.scale();
    const table = store.currentTable();
    if (scale === null || table.r.length === 0) throw noRatings(path);
    return { scale, ...table };
  } finally {
    store.close();
  }
}

/** All ratings of a database, in the order of its log. @throws CommandError when it holds none */
export function readDatabase(path: string): RatingTable {
  const store = Store.open(path, { readOnly: true, clock: Date.now });
  try {
    const scale = store.scale();
    if (scale === null || store.counts().ratings === 0) throw noRatings(path);
    const data = new LiveData(scale);
    for (const event of eventsAfter(store, 0, Number.MAX_SAFE_INTEGER)) data.fold(event);
    return data.table();
  } finally {
    store.close();
  }
}

function noRatings(path: string): CommandError {
  return new CommandError(`${path} holds no ratings yet: import some first.`);
}
