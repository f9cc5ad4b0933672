import { route, setQuery } from '../../state/route.ts';
import type { MovieFilter, Strategy } from './forYou.operations.ts';

export interface Controls {
  readonly strategy: Strategy;
  /** 0 to 1. */
  readonly diversity: number;
  /** 0 to 1; how much films that fewer people like are preferred. */
  readonly popularity: number;
  readonly genres: readonly string[];
  readonly from: number | null;
  readonly to: number | null;
}

export const STRATEGIES: readonly { readonly value: Strategy; readonly name: string; readonly meaning: string }[] = [
  { value: 'RELEVANCE', name: 'Most relevant', meaning: 'what is likely to be picked and liked' },
  { value: 'EXPECTED', name: 'Highest rating', meaning: 'by predicted rating alone' },
  { value: 'UPPER_CONFIDENCE', name: 'Worth finding out', meaning: 'what may well turn out better than predicted' },
  { value: 'THOMPSON', name: 'Surprise', meaning: 'one draw from what the model believes; another after each rating' },
];

export const DEFAULTS: Controls = { strategy: 'RELEVANCE', diversity: 0, popularity: 0.25, genres: [], from: null, to: null };

/** How the list is made, kept in the address so that a link or a reload shows the same. */
export function readControls(): Controls {
  const { query } = route.value;
  const share = (name: string, otherwise: number) => {
    const value = Number.parseFloat(query.get(name) ?? '');
    return value >= 0 && value <= 1 ? value : otherwise;
  };
  return {
    strategy: STRATEGIES.find(({ value }) => value === query.get('strategy'))?.value ?? DEFAULTS.strategy,
    diversity: share('diversity', DEFAULTS.diversity),
    popularity: share('popularity', DEFAULTS.popularity),
    genres: query.getAll('genre'),
    from: yearOf(query.get('from')),
    to: yearOf(query.get('to')),
  };
}

export function writeControls(changes: Partial<Controls>): void {
  const all = { ...readControls(), ...changes };
  const unless = <T>(value: T, usual: T) => (value === usual ? null : String(value));
  setQuery(
    {
      strategy: unless(all.strategy, DEFAULTS.strategy),
      diversity: unless(all.diversity, DEFAULTS.diversity),
      popularity: unless(all.popularity, DEFAULTS.popularity),
      genre: all.genres,
      from: unless(all.from, null),
      to: unless(all.to, null),
    },
    { replace: true },
  );
}

export function filterOf({ genres, from, to }: Controls): MovieFilter {
  return { genresAny: genres, yearFrom: from, yearTo: to };
}

export function isFiltered({ genres, from, to }: Controls): boolean {
  return genres.length > 0 || from !== null || to !== null;
}

export function yearOf(text: string | null): number | null {
  const year = Number.parseInt(text ?? '', 10);
  return year >= 0 && year < 10_000 ? year : null;
}
