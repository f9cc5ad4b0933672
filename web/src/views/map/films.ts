import { titled } from '../../format.ts';
import type { Spot } from './frame.ts';
import { type Sign, signOf } from './genreSigns.ts';
import type { TasteMapQuery } from './map.operations.ts';

type Movie = TasteMapQuery['dataset']['mostRated'][number];

/** A film on the plane. */
export interface Film extends Spot {
  readonly movie: Movie;
  readonly name: string;
  readonly sign: Sign;
  /** Rating points a standard deviation along each axis. */
  readonly across: number;
  readonly up: number;
}

/** Standard deviations of users at the edge of the plane. */
export const REACH = 3;

/** Films where their loadings on two axes put them; on each axis the furthest one lies at the edge. */
export function filmsOn(movies: readonly Movie[], signs: readonly Sign[], across: number, up: number): readonly Film[] {
  const furthest = (axis: number) => Math.max(1e-9, ...movies.map(({ loadings }) => Math.abs(loadings[axis] ?? 0)));
  const [width, height] = [furthest(across), furthest(up)];
  return movies.map((movie) => {
    const [x, y] = [movie.loadings[across] ?? 0, movie.loadings[up] ?? 0];
    return { movie, name: titled(movie), sign: signOf(signs, movie), across: x, up: y, x: x / width, y: y / height };
  });
}

/** Pixels that a letter and a line of a name need, and from a film to its name. */
const LETTER = 6.4;
const LINE = 15;
export const NAME_AT = 10;
/** From a film to a name that is not its own. */
const CLEAR = 7;

/** Whose names fit beside them: the most rated first, none over another name or another film. @param spots in pixels, by film */
export function namedFilms(films: readonly Film[], spots: ReadonlyMap<Film, Spot>, width: number, most: number): ReadonlySet<Film> {
  const names: { left: number; right: number; y: number }[] = [];
  const named = new Set<Film>();
  for (const film of films) {
    if (named.size >= most) break;
    const spot = spots.get(film);
    if (spot === undefined) continue;
    const left = spot.x + NAME_AT;
    const right = left + LETTER * film.name.length;
    const isFree =
      right < width &&
      spot.y > LINE / 2 &&
      names.every((name) => Math.abs(name.y - spot.y) >= LINE || left > name.right || right < name.left) &&
      [...spots.values()].every(({ x, y }) => Math.abs(y - spot.y) >= LINE - 3 || x < left - CLEAR || x > right + CLEAR);
    if (!isFree) continue;
    names.push({ left, right, y: spot.y });
    named.add(film);
  }
  return named;
}
