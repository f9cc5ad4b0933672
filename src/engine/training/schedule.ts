/** Up to here the number of ratings doubles between two fits, from FIRST on; then it grows by GROWTH. */
const FIRST = 50;
const DOUBLING_UP_TO = 800;
const GROWTH = 1.25;

/** The number of ratings at which the next fit is due: 50, 100, 200, 400, 800, then a quarter more each time. */
export function nextFitAt(ratingsAtLastFit: number): number {
  if (ratingsAtLastFit < FIRST) return FIRST;
  if (ratingsAtLastFit >= DOUBLING_UP_TO) return Math.ceil(ratingsAtLastFit * GROWTH);
  let due = FIRST;
  while (due <= ratingsAtLastFit) due *= 2;
  return due;
}
