const NO_GENRES = '(no genres listed)';

/** "Title (1995)" in its two parts; a title without a year keeps its whole text. */
export function splitTitle(text: string): { title: string; year: number | null } {
  const match = /^(.*\S)\s*\(((?:18|19|20|21)\d\d)\)$/.exec(text.trim());
  return match === null ? { title: text.trim(), year: null } : { title: match[1]!, year: Number(match[2]) };
}

/** Genres separated by `|`; a backslash before a bar, a backslash, a space or a bracket makes it a part of the genre. */
export function splitGenres(text: string): string[] {
  if (text.trim() === NO_GENRES) return [];
  const parts = text.match(/(?:\\.|[^|])+/gs) ?? [];
  return parts.map((part) => part.replace(/^\s+|(?<!\\)\s+$/g, '').replace(/\\([|\\\s(])/g, '$1')).filter((genre) => genre !== '');
}

/** The text from which `splitGenres` reads the same genres. */
export function joinGenres(genres: readonly string[]): string {
  return genres.map((genre) => genre.replace(/[|\\]|^[\s(]|\s$/g, '\\$&')).join('|');
}
