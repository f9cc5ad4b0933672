import type { MovieRecord, UserRecord } from '../../domain.ts';
import type { Random } from '../math/random.ts';

const FACTORS = 6;
const MEAN = 3.45;
/** Standard deviations in rating points. */
const USER_BIAS = 0.35;
const MOVIE_BIAS = 0.35;
const TASTE = 0.58; // of p_u · q_i
const NOISE = 0.62; // median over users
const NOISE_SPREAD = 0.35; // of its logarithm
const MISSING = 0.08; // chance that a user doesn't tell an attribute
const OCCUPATIONS = [
  'artist',
  'craftsperson',
  'doctor',
  'engineer',
  'farmer',
  'lawyer',
  'librarian',
  'nurse',
  'retired',
  'scientist',
  'student',
  'teacher',
];

/** What the people of the demo are like: what they tell of themselves, and what they would give every film. */
export interface Taste {
  readonly users: readonly UserRecord[];
  readonly mean: Float64Array; // [users x movies] row-major, rating points before rounding
  readonly noise: Float64Array; // [users] standard deviation around it, mood apart
  readonly movieBias: Float64Array; // [movies]
}

/** Features of a person, told or not. */
interface Person {
  readonly age: number;
  readonly gender: string;
  readonly occupation: string;
}

/**
 * mean_ui = 3.45 + b_u + c_i + p_u · q_i with 6 factors. Each factor, and c, is partly what is known beforehand:
 *
 *   q_i ∝ √.50 genres_i G + √.15 era_i E + √.35 free_i    G [genres x 6], E [6], free ~ N(0, 1); genres_i: 1/√n for each of n
 *   c_i ∝ √.30 genres_i g + √.10 era_i e + √.60 free_i    era_i = (year − 1980)/25; both scaled to mean 0, sd 1 and sd .35
 *   p_u ∝ √.15 age_u A + √.10 occupation_u + √.05 gender_u + √.70 free_u,  sd .58/√6    b_u ~ N(0, .35²)
 *
 * noise_u = .62 exp(.35 N(0, 1)): people differ in how surely they know what they like.
 */
export function drawTaste(films: readonly MovieRecord[], userCount: number, random: Random): Taste {
  const genres = [...new Set(films.flatMap((film) => film.genres))].sort();
  const q = Array.from({ length: FACTORS }, () => drawColumn(films, genres, { genre: 0.5, era: 0.15 }, random)); // [factors][movies]
  const c = drawColumn(films, genres, { genre: 0.3, era: 0.1 }, random).map((value) => MOVIE_BIAS * value);
  const people = Array.from({ length: userCount }, () => drawPerson(random));
  const p = Array.from({ length: FACTORS }, () => drawPeopleColumn(people, random)); // [factors][users]

  const mean = new Float64Array(userCount * films.length);
  const step = TASTE / Math.sqrt(FACTORS);
  for (let u = 0; u < userCount; u += 1) {
    const bu = USER_BIAS * random.normal();
    for (let i = 0; i < films.length; i += 1) {
      let liking = 0;
      for (let f = 0; f < FACTORS; f += 1) liking += p[f]![u]! * q[f]![i]!;
      mean[u * films.length + i] = MEAN + bu + c[i]! + step * liking;
    }
  }
  const noise = Float64Array.from({ length: userCount }, () => NOISE * Math.exp(NOISE_SPREAD * random.normal()));
  const users = people.map((person, index) => tellSome(String(index + 1), person, random));
  return { users, mean, noise, movieBias: c };
}

/** One value a film, mean 0 and sd 1 over the films: shares `genre` and `era` of its variance come from those, the rest is free. */
function drawColumn(
  films: readonly MovieRecord[],
  genres: readonly string[],
  share: { genre: number; era: number },
  random: Random,
): Float64Array {
  const byGenre = new Map(genres.map((genre) => [genre, random.normal()]));
  const byEra = random.normal();
  const genrePart = films.map(({ genres: own }) => own.reduce((sum, genre) => sum + byGenre.get(genre)! / Math.sqrt(own.length), 0));
  const eraPart = films.map(({ year }) => (year === null ? 0 : byEra * ((year - 1980) / 25)));
  const freePart = films.map(() => random.normal());
  const free = 1 - share.genre - share.era;
  return mix([
    [share.genre, genrePart],
    [share.era, eraPart],
    [free, freePart],
  ]);
}

/** One value a person, mean 0 and sd 1: 15 % by age, 10 % by occupation, 5 % by gender, the rest free. */
function drawPeopleColumn(people: readonly Person[], random: Random): Float64Array {
  const byAge = random.normal();
  const byOccupation = new Map(OCCUPATIONS.map((occupation) => [occupation, random.normal()]));
  const byGender = random.normal();
  return mix([
    [0.15, people.map(({ age }) => byAge * age)],
    [0.1, people.map(({ occupation }) => byOccupation.get(occupation)!)],
    [0.05, people.map(({ gender }) => (gender === 'F' ? byGender : -byGender))],
    [0.7, people.map(() => random.normal())],
  ]);
}

function drawPerson(random: Random): Person {
  const age = Math.min(82, Math.round(15 + 9 * random.gamma(2.4)));
  const gender = random.below(2) === 0 ? 'F' : 'M';
  const occupation = age >= 66 ? 'retired' : age <= 22 ? 'student' : OCCUPATIONS[random.below(OCCUPATIONS.length)]!;
  return { age, gender, occupation };
}

function tellSome(id: string, person: Person, random: Random): UserRecord {
  const told = <T>(value: T): T | null => (random.uniform() < MISSING ? null : value);
  return { id, age: told(person.age), gender: told(person.gender), occupation: told(person.occupation) };
}

/** Σ √share × part, each part first brought to mean 0 and sd 1, and so the sum. */
function mix(parts: readonly (readonly [share: number, values: readonly number[]])[]): Float64Array {
  const sum = new Float64Array(parts[0]![1].length);
  for (const [share, values] of parts) {
    standardized(values).forEach((value, index) => {
      sum[index]! += Math.sqrt(share) * value;
    });
  }
  return standardized(sum);
}

/** Mean 0 and sd 1; all 0 where the values are all the same. */
function standardized(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  const mean = copy.reduce((sum, value) => sum + value, 0) / copy.length;
  const variance = copy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / copy.length;
  return copy.map((value) => (variance < 1e-12 ? 0 : (value - mean) / Math.sqrt(variance)));
}
