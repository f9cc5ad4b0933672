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
  const L = loadings.slice();
  const R = new Float64Array(d * d);
  for (let f = 0; f < d; f += 1) R[f * d + f] = 1;
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep += 1) {
    turned = false;
    for (let f = 0; f < d; f += 1) {
      for (let g = f + 1; g < d; g += 1) {
        const angle = bestAngle(L, rows, d, f, g);
        if (Math.abs(angle) < STILL) continue;
        turned = true;
        turnColumns(L, rows, d, f, g, angle);
        turnRows(R, d, f, g, angle);
      }
    }
  }
  return R;
}

/** With u = x² − y² and v = 2xy: tan 4φ = 2 (Σuv − Σu Σv/n)/(Σ(u² − v²) − ((Σu)² − (Σv)²)/n). */
function bestAngle(L: Float64Array, rows: number, d: number, f: number, g: number): number {
  let [su, sv, suv, sd] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const [x, y] = [L[row * d + f]!, L[row * d + g]!];
    const u = x * x - y * y;
    const v = 2 * x * y;
    su += u;
    sv += v;
    suv += u * v;
    sd += u * u - v * v;
  }
  return rows === 0 ? 0 : Math.atan2(2 * (suv - (su * sv) / rows), sd - (su * su - sv * sv) / rows) / 4;
}

function turnColumns(L: Float64Array, rows: number, d: number, f: number, g: number, angle: number): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let row = 0; row < rows; row += 1) {
    const [x, y] = [L[row * d + f]!, L[row * d + g]!];
    L[row * d + f] = c * x + s * y;
    L[row * d + g] = c * y - s * x;
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
