/** Least squares: by how much y grows with x. @param x at least two different values */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [products, squares] = [0, 0];
  for (let at = 0; at < x.length; at += 1) {
    products += (x[at]! - meanX) * (y[at]! - meanY);
    squares += (x[at]! - meanX) ** 2;
  }
  return products / squares;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
