import { describe, expect, it } from 'vitest';
import { demoFilms, demoSource, labSource } from '../../src/importers/demo.ts';
import { rowsOf } from './reading.ts';

describe('the demo', () => {
  const films = demoFilms();

  it('has 500 films with unlike, readable ids', () => {
    expect(films).toHaveLength(500);
    expect(new Set(films.map(({ id }) => id)).size).toBe(500);
    expect(films.every(({ id }) => /^[a-z0-9]+(-[a-z0-9]+)*-(19|20)\d\d$/.test(id))).toBe(true);
    expect(films.find(({ id }) => id === 'amelie-2001')).toEqual({
      id: 'amelie-2001',
      title: 'Amélie',
      year: 2001,
      genres: ['Comedy', 'Romance'],
    });
  });

  it('spans the eras, with genres from one vocabulary', () => {
    const decades = new Set(films.map(({ year }) => Math.floor(year! / 10)));
    for (let decade = 192; decade <= 202; decade += 1) expect(decades).toContain(decade);
    const genres = new Set(films.flatMap((film) => film.genres));
    expect(genres.size).toBe(18);
    expect(films.every((film) => film.genres.length >= 1 && new Set(film.genres).size === film.genres.length)).toBe(true);
  });

  it('has about 40,000 ratings by 600 users in time order, on 1 to 5 by 0.5', () => {
    const { ratings, users, scale } = demoSource(0);
    const rows = rowsOf(ratings);
    expect(users).toHaveLength(600);
    expect(Math.abs(rows.length - 40_000)).toBeLessThan(1_500);
    expect(scale).toEqual({ min: 1, max: 5, step: 0.5 });
    expect(rows.every(({ ratedAt }, row) => row === 0 || ratedAt! >= rows[row - 1]!.ratedAt!)).toBe(true);
  });
});

describe('the lab', () => {
  it('has 20 ratings at unknown times', () => {
    const rows = rowsOf(labSource().ratings);
    expect(rows).toHaveLength(20);
    expect(rows[1]).toEqual({ userId: '0', movieId: '1', rating: 3, ratedAt: null });
  });
});
