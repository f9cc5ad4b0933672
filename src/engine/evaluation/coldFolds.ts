import { type RatingTable, selectRows } from '../data/ratingTable.ts';
import { Random } from '../math/random.ts';
import { relevantFrom } from './ranking.ts';

const FOLDS = 5;
/** Share of a newcomer's ratings that is known when asked for. */
const POOL_SHARE = 0.75;
/** Folds and pools are drawn from a stream of their own. */
const STREAM = 12;

/** A user of whom no model has seen a rating. */
export interface Newcomer {
  readonly u: number;
  /** Rows of the whole table that the newcomer can tell, in a random order. */
  readonly pool: readonly number[];
  /** Movies of the other rows that the newcomer likes; at least one. */
  readonly relevant: ReadonlySet<number>;
}

export interface ColdFold {
  /** All ratings of everybody but the newcomers. */
  readonly train: RatingTable;
  readonly newcomers: readonly Newcomer[];
}

/** Five folds over the users, each held out once. Users of whom the test holds nothing that they like are no newcomers. */
export function coldFolds(table: RatingTable, seed: number): ColdFold[] {
  const random = new Random(seed, STREAM);
  const rows: number[][] = table.users.map(() => []);
  table.u.forEach((u, row) => {
    rows[u]!.push(row);
  });
  const foldOf = new Int32Array(rows.length);
  random.shuffle(Array.from(rows.keys())).forEach((u, at) => {
    foldOf[u] = at % FOLDS;
  });
  const pools = rows.map((own) => random.shuffle(own));
  return Array.from({ length: FOLDS }, (_, fold) => ({
    train: selectRows(
      table,
      Array.from(table.u.keys()).filter((row) => foldOf[table.u[row]!] !== fold),
    ),
    newcomers: pools.map((own, u) => newcomer(table, u, own)).filter(({ u, relevant }) => foldOf[u] === fold && relevant.size > 0),
  }));
}

function newcomer({ scale, i, r }: RatingTable, u: number, rows: readonly number[]): Newcomer {
  const known = Math.floor(POOL_SHARE * rows.length);
  const liked = rows.slice(known).filter((row) => r[row]! >= relevantFrom(scale));
  return { u, pool: rows.slice(0, known), relevant: new Set(liked.map((row) => i[row]!)) };
}
