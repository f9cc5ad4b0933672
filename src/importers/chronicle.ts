import type { RatingColumns } from '../domain.ts';

const DIGIT = 2 ** 16;
/** Rows whose users are gone through together, about: this bounds the memory, not the time. */
const ROWS_AT_ONCE = 2 ** 21;

/**
 * The rows of ratings as they happened: by time, unknown times last, else in the order of the file. Of several ratings that a user
 * gave a movie only the last is among them, so that a second import of the same file finds everything as it left it.
 */
export function chronicle(ratings: RatingColumns): Uint32Array {
  return withoutReplaced(ratings, inTime(ratings.time));
}

/** Row numbers by time; rows of equal or unknown times stay in order. */
function inTime(time: Float64Array): Uint32Array {
  let order = new Uint32Array(time.length);
  for (let row = 0; row < order.length; row += 1) order[row] = row;
  if (isSorted(time)) return order;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of time) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const unknown = last - first + 1;
  let other = new Uint32Array(time.length);
  // A radix sort from the lowest digit: stable, and linear in the number of rows.
  for (let unit = 1; unit <= unknown; unit *= DIGIT) {
    const digitOf = (row: number) => {
      const at = time[row]!;
      return Math.floor((Number.isNaN(at) ? unknown : at - first) / unit) % DIGIT;
    };
    sortByDigit(order, other, digitOf);
    [order, other] = [other, order];
  }
  return order;
}

function isSorted(time: Float64Array): boolean {
  for (let row = 1; row < time.length; row += 1) {
    // NaN after a number is in order, a number after NaN is not.
    if (time[row - 1]! > time[row]! || (Number.isNaN(time[row - 1]) && !Number.isNaN(time[row]))) return false;
  }
  return true;
}

function sortByDigit(from: Uint32Array, to: Uint32Array, digitOf: (row: number) => number): void {
  const places = new Uint32Array(DIGIT + 1);
  for (const row of from) places[digitOf(row) + 1]! += 1;
  for (let digit = 1; digit < DIGIT; digit += 1) places[digit]! += places[digit - 1]!;
  for (const row of from) {
    const digit = digitOf(row);
    to[places[digit]!] = row;
    places[digit]! += 1;
  }
}

/** Leaves out each row of whose user and movie a later one follows. */
function withoutReplaced({ u, i, users, movies }: RatingColumns, order: Uint32Array): Uint32Array {
  const replaced = new Uint8Array(order.length); // [places in order]
  const metBy = new Int32Array(movies.length).fill(-1); // [movies] the last user who was found to have rated it
  const share = Math.ceil(users.length / Math.ceil(order.length / ROWS_AT_ONCE));
  for (let first = 0; first < users.length; first += share) {
    const { starts, places } = placesByUser(u, order, first, Math.min(first + share, users.length));
    for (let user = 0; user + 2 < starts.length; user += 1) {
      for (let at = starts[user + 1]! - 1; at >= starts[user]!; at -= 1) {
        const place = places[at]!;
        const movie = i[order[place]!]!;
        if (metBy[movie] === first + user) replaced[place] = 1;
        else metBy[movie] = first + user;
      }
    }
  }
  let kept = 0;
  for (let place = 0; place < order.length; place += 1) {
    if (replaced[place] === 1) continue;
    order[kept] = order[place]!;
    kept += 1;
  }
  return order.subarray(0, kept);
}

/**
 * The places in `order` of the rows of each user from `first` to before `end`, rising: those of user `first + n` are
 * `places[starts[n] .. starts[n + 1] - 1]`.
 */
function placesByUser(u: Int32Array, order: Uint32Array, first: number, end: number): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(end - first + 2);
  for (const user of u) if (user >= first && user < end) starts[user - first + 2]! += 1;
  for (let user = 2; user < starts.length; user += 1) starts[user]! += starts[user - 1]!;
  const places = new Uint32Array(starts.at(-1)!);
  // Filling moves each start, kept one further on than its user, to its end, which is where the next user starts.
  for (let place = 0; place < order.length; place += 1) {
    const user = u[order[place]!]!;
    if (user < first || user >= end) continue;
    places[starts[user - first + 1]!] = place;
    starts[user - first + 1]! += 1;
  }
  return { starts, places };
}
