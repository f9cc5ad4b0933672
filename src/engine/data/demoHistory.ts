import type { MovieRecord } from '../../domain.ts';
import type { Random } from '../math/random.ts';
import type { Taste } from './demoTaste.ts';

/** Seconds since 1970: the demo's two years. */
const START = Date.UTC(2024, 0, 1) / 1000;
const END = Date.UTC(2026, 0, 1) / 1000;
/** Popularity falls with the rank k as (k + 8)^-.85. */
const ZIPF = 0.85;
const ZIPF_SHIFT = 8;
/** By how much a film that a user would rate a point higher is likelier to be picked: e^.8. */
const AFFINITY = 0.8;
const LEAST_RATINGS = 15;
/** Standard deviation of the logarithm of what a user rates beyond that. */
const ACTIVITY_SPREAD = 0.9;
/** No user rates more than this share of the films. */
const MOST_OF_FILMS = 0.6;
const RATINGS_A_VISIT = 16;
const LARGEST_PAGE = 6;

/** Standard deviation of the mood of a visit, in rating points: it lifts or lowers all its ratings alike. */
export const MOOD = 0.3;

/** One rating to be: who, what, when, in which mood. */
export interface Occasion {
  readonly u: number;
  readonly i: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Rating points. */
  readonly mood: number;
}

/**
 * Who rates what, when. User u rates n_u films, n_u = 15 + a log-normal share of the rest (sd .9), without replacement with chances
 *
 *   P(i) ∝ (k_i + 8)^-.85 exp(.8 mean_ui),   k_i the film's rank by .5 c_i/sd + .5 era_i + N(0, 1)
 *
 * (largest Gumbel keys). They come in visits of about 16: the first when the user joins, the others uniform from then to the end. A visit has one
 * mood ~ N(0, .3²) and is sent page by page: 1 to 6 ratings in the same second, the next page 8 to 60 s later.
 * @returns occasions in time order
 */
export function drawHistory(films: readonly MovieRecord[], taste: Taste, ratings: number, random: Random): Occasion[] {
  const attraction = drawAttraction(films, taste, random);
  const counts = drawActivity(taste.users.length, films.length, ratings, random);
  const occasions: Occasion[] = [];
  counts.forEach((count, u) => {
    const picked = pickFilms(attraction, taste.mean.subarray(u * films.length, (u + 1) * films.length), count, random);
    spreadOverVisits(u, picked, random, occasions);
  });
  return occasions.sort((a, b) => a.time - b.time);
}

/** Logarithm of each film's popularity. */
function drawAttraction(films: readonly MovieRecord[], taste: Taste, random: Random): Float64Array {
  const sd = Math.sqrt(taste.movieBias.reduce((sum, c) => sum + c * c, 0) / films.length) || 1;
  const fame = films.map(({ year }, i) => {
    const era = year === null ? 0 : (year - 1980) / 25;
    return 0.5 * (taste.movieBias[i]! / sd) + 0.5 * era + random.normal();
  });
  const byFame = fame.map((_, i) => i).sort((a, b) => fame[b]! - fame[a]!);
  const attraction = new Float64Array(films.length);
  byFame.forEach((i, rank) => {
    attraction[i] = -ZIPF * Math.log(rank + ZIPF_SHIFT);
  });
  return attraction;
}

/** Ratings of each user, adding up to about `ratings`. */
function drawActivity(users: number, films: number, ratings: number, random: Random): number[] {
  const most = Math.floor(MOST_OF_FILMS * films);
  const least = Math.min(LEAST_RATINGS, most, Math.floor(ratings / users));
  const weights = Array.from({ length: users }, () => Math.exp(ACTIVITY_SPREAD * random.normal()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.min(most, Math.round(least + (weight / total) * (ratings - users * least))));
}

/** `count` films, in no order. */
function pickFilms(attraction: Float64Array, mean: Float64Array, count: number, random: Random): number[] {
  const keys = attraction.map((log, i) => log + AFFINITY * mean[i]! - Math.log(-Math.log(1 - random.uniform())));
  const picked = Array.from(keys, (_, i) => i).sort((a, b) => keys[b]! - keys[a]!);
  return random.shuffle(picked.slice(0, count));
}

function spreadOverVisits(u: number, picked: readonly number[], random: Random, occasions: Occasion[]): void {
  const joined = START + random.uniform() * 0.9 * (END - START);
  const visits = Math.max(1, Math.round(picked.length / RATINGS_A_VISIT));
  const share = Math.ceil(picked.length / visits);
  for (let visit = 0; visit < visits; visit += 1) {
    const mood = MOOD * random.normal();
    let time = Math.floor(visit === 0 ? joined : joined + random.uniform() * (END - 3600 - joined));
    let leftOnPage = 1 + random.below(LARGEST_PAGE);
    for (const i of picked.slice(visit * share, (visit + 1) * share)) {
      if (leftOnPage === 0) {
        leftOnPage = 1 + random.below(LARGEST_PAGE);
        time += 8 + random.below(53);
      }
      leftOnPage -= 1;
      occasions.push({ u, i, time, mood });
    }
  }
}
