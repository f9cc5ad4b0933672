/**
 * Reference of "fit": reads every rating once for each column of factors of either side, as coordinate descent must, and does one
 * multiplication and addition with it. What a sweep would cost if it learned nothing.
 */
export function passOverRatings(u: Int32Array, i: Int32Array, r: Float64Array, columns: number): number {
  const users = new Float64Array(u.reduce((most, index) => Math.max(most, index), 0) + 1);
  const movies = new Float64Array(i.reduce((most, index) => Math.max(most, index), 0) + 1);
  for (let column = 0; column < columns; column += 1) {
    for (let t = 0; t < r.length; t += 1) users[u[t]!]! += 0.5 * r[t]!;
    for (let t = 0; t < r.length; t += 1) movies[i[t]!]! += 0.5 * r[t]!;
  }
  return users[0]! + movies[0]!;
}
