import { type RatingTable, selectRows } from '../src/engine/data/ratingTable.ts';
import { statisticsOf } from '../src/engine/statistics/statistics.ts';
import { compare, type Figure, processorSeconds } from './measure.ts';
import { PlainSql } from './reference/plainSql.ts';
import type { BenchSize } from './size.ts';

/** What `explore` and the `dataset` query compute, from ratings in memory, against SQL on an SQLite table in memory. */
export async function exploreFigures(table: RatingTable, { explored, rounds }: BenchSize): Promise<Figure[]> {
  const many = copies(table, explored);
  const reference = new PlainSql(many);
  const figure = await compare({
    name: 'explore',
    what: `statistics of ${many.r.length.toLocaleString('en')} ratings, after reading`,
    unit: 'ms CPU',
    reference: 'plainSql',
    bar: { atMost: 1_000, of: 'value' },
    rounds: Math.min(3, rounds),
    measure: () => processorSeconds(() => statisticsOf(many)) * 1000,
    measureReference: () => processorSeconds(() => reference.answers()) * 1000,
  });
  reference.close();
  return [figure];
}

/** The same ratings by further users, until there are `count`. */
function copies(table: RatingTable, count: number): RatingTable {
  const { length } = table.r;
  const rows = Int32Array.from({ length: count }, (_, row) => row % length);
  const many = selectRows(table, rows);
  const users = table.users.length;
  const times = Math.ceil(count / length);
  return {
    ...many,
    users: Array.from({ length: times * users }, (_, u) => ({ ...table.users[u % users]!, id: `user-${u}` })),
    u: many.u.map((u, row) => u + users * Math.floor(row / length)),
  };
}
