import { describe, expect, it } from 'vitest';
import type { MovieRecord } from '../../../src/domain.ts';
import { demoData } from '../../../src/engine/data/demoData.ts';

const GENRES = ['Action', 'Comedy', 'Drama', 'Horror', 'Romance', 'War'];
const films: MovieRecord[] = Array.from({ length: 300 }, (_, k) => ({
  id: `film-${k}`,
  title: `Film ${k}`,
  year: k % 50 === 0 ? null : 1930 + ((k * 7) % 90),
  genres: k % 40 === 0 ? [] : GENRES.filter((_, g) => (k * 31 + g * 17) % 5 < 2),
}));
const USERS = 400;
const { table, truth } = demoData(films, 7, { users: USERS, ratings: 20_000 });
const rows = [...table.r.keys()];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => value ** 2)) - mean(values) ** 2;

function groupRows(key: (row: number) => string | number): number[][] {
  const groups = new Map<string | number, number[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

describe('demoData', () => {
  it('gives the same data bit for bit for the same seed, and other data for another', () => {
    const again = demoData(films, 7, { users: USERS, ratings: 20_000 });
    expect(again.table).toEqual(table);
    expect(again.truth.expected(3, 5)).toBe(truth.expected(3, 5));
    expect(demoData(films, 8, { users: USERS, ratings: 20_000 }).table.r).not.toEqual(table.r);
  });

  it('holds about as many ratings as asked for, each pair once, on the scale, in time order', () => {
    expect(Math.abs(table.r.length - 20_000)).toBeLessThan(600);
    expect(new Set(rows.map((row) => table.u[row]! * films.length + table.i[row]!)).size).toBe(rows.length);
    expect(rows.every((row) => table.r[row]! >= 1 && table.r[row]! <= 5 && Number.isInteger(2 * table.r[row]!))).toBe(true);
    expect(rows.every((row) => row === 0 || table.time[row]! >= table.time[row - 1]!)).toBe(true);
    expect((table.time.at(-1)! - table.time[0]!) / 86_400).toBeGreaterThan(600);
  });

  it('leaves some ages, genders and occupations untold, most told', () => {
    for (const attribute of ['age', 'gender', 'occupation'] as const) {
      const missing = table.users.filter((user) => user[attribute] === null).length;
      expect(missing).toBeGreaterThan(0.03 * USERS);
      expect(missing).toBeLessThan(0.15 * USERS);
    }
    expect(new Set(table.users.map(({ occupation }) => occupation)).size).toBeGreaterThan(8);
  });

  it('has blockbusters and a long tail, eager users and quiet ones', () => {
    const counts = (size: number, index: Int32Array) => {
      const count = new Array<number>(size).fill(0);
      for (const at of index) count[at]! += 1;
      return count.sort((a, b) => b - a);
    };
    const movies = counts(films.length, table.i);
    expect(movies[0]!).toBeGreaterThan(4 * movies[150]!);
    expect(movies.slice(0, 30).reduce((sum, n) => sum + n, 0) / rows.length).toBeGreaterThan(0.22);
    const users = counts(USERS, table.u);
    expect(users[20]!).toBeGreaterThan(2.5 * users[200]!);
    expect(users.at(-1)!).toBeGreaterThanOrEqual(15);
  });

  it('lets users pick what they like more often than chance', () => {
    const picked = mean(rows.map((row) => truth.expected(table.u[row]!, table.i[row]!)));
    const all = mean(
      Array.from({ length: USERS * films.length }, (_, at) => truth.expected(Math.floor(at / films.length), at % films.length)),
    );
    expect(picked).toBeGreaterThan(all + 0.15);
  });

  it('scatters around the truth as widely as the truth says', () => {
    const squares = rows.map((row) => (table.r[row]! - truth.expected(table.u[row]!, table.i[row]!)) ** 2);
    const stated = rows.map((row) => truth.std(table.u[row]!, table.i[row]!) ** 2);
    expect(Math.sqrt(mean(squares)) / Math.sqrt(mean(stated))).toBeCloseTo(1, 1);
    const noises = [...table.users.keys()].map((u) => truth.noise(u)).sort((a, b) => a - b);
    expect(noises[Math.floor(0.9 * USERS)]!).toBeGreaterThan(1.7 * noises[Math.floor(0.1 * USERS)]!);
  });

  it('makes genres tell: the mean rating differs between them far more than between random sets of films', () => {
    const spread = (label: (i: number) => string) =>
      variance(groupRows((row) => label(table.i[row]!)).map((group) => mean(group.map((row) => table.r[row]!))));
    const byGenres = spread((i) => films[i]!.genres[0] ?? 'none');
    const byChance = mean([3, 11, 23, 37, 41].map((salt) => spread((i) => String((i * 7919 * salt) % 7))));
    expect(byGenres).toBeGreaterThan(1.5 * byChance);
  });

  it('makes tastes personal by genre: the same two genres, liked in another order by other users', () => {
    const liking = (u: number, genre: string) =>
      mean(films.flatMap((film, i) => (film.genres.includes(genre) ? [truth.latent(u, i)] : [])));
    const differences = [...table.users.keys()].map((u) => liking(u, 'Action') - liking(u, 'Romance'));
    expect(Math.sqrt(variance(differences))).toBeGreaterThan(0.12);
  });

  it('comes in pages that share a mood: errors of one user in one second agree in sign', () => {
    const error = (row: number) => table.r[row]! - truth.expected(table.u[row]!, table.i[row]!);
    const pages = groupRows((row) => `${table.u[row]} ${table.time[row]}`);
    expect(pages.length).toBeLessThan(0.5 * rows.length);
    const products = pages.flatMap((page) => page.slice(1).map((row, k) => error(row) * error(page[k]!)));
    expect(mean(products)).toBeGreaterThan(0.04);
    expect(mean(products)).toBeLessThan(0.13);
  });
});
