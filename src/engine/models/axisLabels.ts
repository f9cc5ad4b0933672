import type { MovieRecord } from '../../domain.ts';
import { invertPositiveDefinite } from '../math/cholesky.ts';

const RIDGE = 5;
/** Ratings at which a movie weighs half. */
const HALF_TRUSTED = 10;
/** |t| from which something is said to belong to an end. */
const TELLING = 2;
/** Words for one end. */
const MOST_WORDS = 2;
/** First year of the eras that are told apart by decade. */
const FIRST_DECADE = 1960;

export interface AxesToName {
  readonly loadings: Float64Array; // [movies x axes]
  readonly axes: number;
  /** How many of them. */
  readonly named: number;
  readonly records: readonly MovieRecord[]; // [movies]
  readonly ratingCounts: Float64Array; // [movies]
}

/** What the ends of an axis have in common. */
export interface AxisWords {
  /** "unnamed" when nothing is telling. */
  readonly label: string;
  /** The high end, and the low one, as they stand in a sentence. */
  readonly high: string;
  readonly low: string;
  /** Telling genres of the high end, strongest first. */
  readonly genres: readonly string[];
  /** Largest |t| of what it is named after; 0 when it is unnamed. */
  readonly strength: number;
}

/** Something that a movie is or is not, or has more or less of. */
interface Trait {
  readonly kind: 'genre' | 'era' | 'fame';
  readonly word: string;
  readonly values: Float64Array; // [movies]
}

interface Telling {
  readonly trait: Trait;
  readonly t: number;
}

/**
 * Names axes after what goes with high and low loadings: the strongest t-values of a ridge regression (ridge 5, movies weighing
 * n/(n + 10)) of loadings on genres, decades and fame. t = b/√(σ² (A⁻¹ XᵀΩX A⁻¹)_jj) with A = XᵀΩX + 5 I, columns centred.
 */
export function wordsOfAxes({ loadings, axes, named, records, ratingCounts }: AxesToName): AxisWords[] {
  const weights = ratingCounts.map((n) => n / (n + HALF_TRUSTED));
  const traits = traitsOf(records, ratingCounts, weights);
  const regression = new Regression(traits, weights);
  return Array.from({ length: named }, (_, f) => {
    const y = Float64Array.from(records, (_record, i) => loadings[i * axes + f]!);
    const t = regression.tValues(y);
    const telling = traits.map((trait, j) => ({ trait, t: t[j]! })).filter((one) => Math.abs(one.t) > TELLING);
    return inWords(telling.sort((left, right) => Math.abs(right.t) - Math.abs(left.t) || (left.trait.word < right.trait.word ? -1 : 1)));
  });
}

function inWords(telling: readonly Telling[]): AxisWords {
  const above = telling.filter(({ t }) => t > 0);
  const below = telling.filter(({ t }) => t < 0);
  const genres = above.filter(({ trait }) => trait.kind === 'genre').map(({ trait }) => trait.word);
  const [high, low] = [endOf(above, below), endOf(below, above)];
  const strength = Math.max(high?.strength ?? 0, low?.strength ?? 0);
  if (high !== null && low !== null)
    return { label: `${high.phrase} against ${low.phrase}`, high: high.phrase, low: low.phrase, genres, strength };
  if (high !== null) return { label: high.phrase, high: high.phrase, low: unlike(high.phrase), genres, strength };
  if (low !== null) return { label: `${low.phrase}, at the low end`, high: unlike(low.phrase), low: low.phrase, genres, strength };
  return { label: 'unnamed', high: 'one kind of film', low: 'another kind of film', genres, strength };
}

interface End {
  readonly phrase: string;
  /** Largest |t| of what the phrase names. */
  readonly strength: number;
}

/** The strongest of one end; fame is said of the end that lacks it only when nothing else can be. */
function endOf(own: readonly Telling[], other: readonly Telling[]): End | null {
  const words = own.filter(({ trait }) => trait.kind !== 'fame').slice(0, MOST_WORDS);
  if (words.length > 0) return { phrase: phraseOf(words), strength: Math.abs(words[0]!.t) };
  const isFame = ({ trait }: Telling) => trait.kind === 'fame';
  const fame = own.find(isFame) ?? other.find(isFame);
  if (fame === undefined) return null;
  return { phrase: own.includes(fame) ? 'well-known films' : 'little-known films', strength: Math.abs(fame.t) };
}

function phraseOf(words: readonly Telling[]): string {
  const genres = words.filter(({ trait }) => trait.kind === 'genre').map(({ trait }) => trait.word);
  const eras = words.filter(({ trait }) => trait.kind === 'era').map(({ trait }) => trait.word);
  if (genres.length > 0 && eras.length > 0) return `${genres[0]} of ${eras[0]}`;
  return genres.length > 0 ? genres.join(' and ') : `films of ${eras.join(' and ')}`;
}

function unlike(phrase: string): string {
  return `films unlike ${phrase.replace(/^films /, 'those ')}`;
}

function traitsOf(records: readonly MovieRecord[], ratingCounts: Float64Array, weights: Float64Array): Trait[] {
  const genres = [...new Set(records.flatMap((record) => record.genres))].sort();
  const eras = [...new Set(records.flatMap(({ year }) => (year === null ? [] : [eraOf(year)])))].sort();
  const trait = (kind: Trait['kind'], word: string, of: (record: MovieRecord, i: number) => number): Trait => ({
    kind,
    word,
    values: centred(Float64Array.from(records, of), weights),
  });
  return [
    ...genres.map((genre) => trait('genre', genre, (record) => (record.genres.includes(genre) ? 1 : 0))),
    ...eras.map((era) => trait('era', era, ({ year }) => (year !== null && eraOf(year) === era ? 1 : 0))),
    trait('fame', 'fame', (_, i) => Math.log1p(ratingCounts[i]!)),
  ];
}

function eraOf(year: number): string {
  return year < FIRST_DECADE ? `the years before ${FIRST_DECADE}` : `the ${Math.floor(year / 10) * 10}s`;
}

function centred(values: Float64Array, weights: Float64Array): Float64Array {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    sum += weights[i]! * values[i]!;
    total += weights[i]!;
  }
  return total === 0 ? new Float64Array(values.length) : values.map((value) => value - sum / total);
}

/** A weighted ridge regression on the same columns for several targets. */
class Regression {
  private readonly traits: readonly Trait[];
  private readonly weights: Float64Array;
  private readonly inverse: Float64Array; // [traits x traits] A⁻¹
  private readonly spread: Float64Array; // [traits] (A⁻¹ XᵀΩX A⁻¹)_jj

  constructor(traits: readonly Trait[], weights: Float64Array) {
    this.traits = traits;
    this.weights = weights;
    const n = traits.length;
    const gram = new Float64Array(n * n);
    for (let a = 0; a < n; a += 1) for (let b = 0; b < n; b += 1) gram[a * n + b] = this.product(traits[a]!.values, traits[b]!.values);
    this.inverse = gram.slice();
    for (let a = 0; a < n; a += 1) this.inverse[a * n + a]! += RIDGE;
    invertPositiveDefinite(this.inverse, n);
    this.spread = new Float64Array(n);
    for (let j = 0; j < n; j += 1) {
      for (let a = 0; a < n; a += 1) {
        for (let b = 0; b < n; b += 1) this.spread[j]! += this.inverse[j * n + a]! * gram[a * n + b]! * this.inverse[b * n + j]!;
      }
    }
  }

  /** @param y target of each movie */
  tValues(y: Float64Array): Float64Array {
    const { traits, inverse, weights, spread } = this;
    const n = traits.length;
    const target = centred(y, weights);
    const xy = Float64Array.from(traits, ({ values }) => this.product(values, target));
    const b = new Float64Array(n);
    for (let j = 0; j < n; j += 1) for (let a = 0; a < n; a += 1) b[j]! += inverse[j * n + a]! * xy[a]!;
    const residual = target.slice();
    traits.forEach(({ values }, j) => {
      for (let i = 0; i < residual.length; i += 1) residual[i]! -= b[j]! * values[i]!;
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const variance = this.product(residual, residual) / Math.max(total - n, 1);
    return b.map((value, j) => (variance * spread[j]! > 0 ? value / Math.sqrt(variance * spread[j]!) : 0));
  }

  /** Σ ω x y */
  private product(x: Float64Array, y: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < x.length; i += 1) sum += this.weights[i]! * x[i]! * y[i]!;
    return sum;
  }
}
