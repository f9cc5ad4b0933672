const MOST_SWEEPS = 200;
/** Angle below which a pair of axes stays as it is, radians. */
const STILL = 1e-10;

/**
 * The rotation that makes loadings simple, most of them near zero and few large: it maximises Σ_f variance of the squared loadings
 * of axis f (Kaiser 1958), by turning one pair of axes after the other to its best angle.
 * @param loadings [rows x d], row-major; left as it is
 * @returns R [d x d], row-major: rotated axis f = Σ_g R_fg × axis g
 */
export function varimax(loadings: Float64Array, rows: number, d: number): Float64Array {
  const L = columnsOf(loadings, rows, d);
  const R = new Float64Array(d * d);
  for (let f = 0; f < d; f += 1) R[f * d + f] = 1;
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep += 1) {
    turned = false;
    for (let f = 0; f < d; f += 1) {
      for (let g = f + 1; g < d; g += 1) {
        const angle = bestAngle(L[f]!, L[g]!);
        if (Math.abs(angle) < STILL) continue;
        turned = true;
        turnColumns(L[f]!, L[g]!, angle);
        turnRows(R, d, f, g, angle);
      }
    }
  }
  return R;
}

/** Each axis by itself: a pair of them is read through many times. */
function columnsOf(loadings: Float64Array, rows: number, d: number): Float64Array[] {
  return Array.from({ length: d }, (_, f) => {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) column[row] = loadings[row * d + f]!;
    return column;
  });
}

/** With u = x² − y² and v = 2xy: tan 4φ = 2 (Σuv − Σu Σv/n)/(Σ(u² − v²) − ((Σu)² − (Σv)²)/n). */
function bestAngle(X: Float64Array, Y: Float64Array): number {
  const n = X.length;
  let su = 0;
  let sv = 0;
  let suv = 0;
  let sd = 0;
  for (let row = 0; row < n; row += 1) {
    const x = X[row]!;
    const y = Y[row]!;
    const u = x * x - y * y;
    const v = 2 * x * y;
    su += u;
    sv += v;
    suv += u * v;
    sd += u * u - v * v;
  }
  return n === 0 ? 0 : Math.atan2(2 * (suv - (su * sv) / n), sd - (su * su - sv * sv) / n) / 4;
}

function turnColumns(X: Float64Array, Y: Float64Array, angle: number): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  for (let row = 0; row < X.length; row += 1) {
    const x = X[row]!;
    const y = Y[row]!;
    X[row] = c * x + s * y;
    Y[row] = c * y - s * x;
  }
}

function turnRows(R: Float64Array, d: number, f: number, g: number, angle: number): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let h = 0; h < d; h += 1) {
    const [x, y] = [R[f * d + h]!, R[g * d + h]!];
    R[f * d + h] = c * x + s * y;
    R[g * d + h] = c * y - s * x;
  }
}
