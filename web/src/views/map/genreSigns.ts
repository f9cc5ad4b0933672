/** How films of a genre are drawn: a colour of styles/series.css and a shape, in a square from −1 to 1. */
export interface Sign {
  readonly genre: string;
  readonly films: number;
  readonly colour: string;
  readonly path: string;
}

const OTHERS = 'other genres';
const CIRCLE = 'M-0.85,0a0.85,0.85 0 1,0 1.7,0a0.85,0.85 0 1,0 -1.7,0Z';
const SHAPES = [
  'M-0.8,-0.8H0.8V0.8H-0.8Z',
  'M0,-1.05L1.05,0.8H-1.05Z',
  'M0,-1.15L0.85,0L0,1.15L-0.85,0Z',
  'M-0.35,-1H0.35V-0.35H1V0.35H0.35V1H-0.35V0.35H-1V-0.35H-0.35Z',
  'M0,1.05L1.05,-0.8H-1.05Z',
  'M0,-1.2L0.33,-0.4L1.15,-0.37L0.5,0.15L0.72,0.95L0,0.5L-0.72,0.95L-0.5,0.15L-1.15,-0.37L-0.33,-0.4Z',
  'M-0.6,-1.05H0.6L1.1,0L0.6,1.05H-0.6L-1.1,0Z',
] as const;

interface Film {
  readonly genres: readonly string[];
}

/** A sign for each of the commonest genres, the commonest first, and one for all others. */
export function signsFor(films: readonly Film[]): readonly Sign[] {
  const counts = new Map<string, number>();
  for (const { genres } of films) for (const genre of genres) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  const common = [...counts].sort(([, left], [, right]) => right - left).slice(0, SHAPES.length);
  const names = common.map(([genre]) => genre);
  const shown = films.map(({ genres }) => genreAmong(names, genres));
  const filmsOf = (genre: string) => shown.filter((one) => one === genre).length;
  const signs = names.map((genre, index) => ({
    genre,
    films: filmsOf(genre),
    colour: `var(--series-${index + 1})`,
    path: SHAPES[index] ?? CIRCLE,
  }));
  return [...signs, { genre: OTHERS, films: filmsOf(OTHERS), colour: 'var(--series-8)', path: CIRCLE }].filter((sign) => sign.films > 0);
}

/** The sign of a film: of several genres, that of the rarest tells most. */
export function signOf(signs: readonly Sign[], { genres }: Film): Sign {
  const genre = genreAmong(
    signs.map((sign) => sign.genre),
    genres,
  );
  return signs.find((sign) => sign.genre === genre) ?? { genre, films: 0, colour: 'var(--series-8)', path: CIRCLE };
}

function genreAmong(names: readonly string[], genres: readonly string[]): string {
  return names.findLast((name) => genres.includes(name)) ?? OTHERS;
}
