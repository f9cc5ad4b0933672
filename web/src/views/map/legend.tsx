import type { Sign } from './genreSigns.ts';

interface LegendProps {
  readonly signs: readonly Sign[];
  readonly chosen: string | null;
  readonly onChoose: (genre: string | null) => void;
}

/** The sign of each genre; one can be picked out. */
export function Legend({ signs, chosen, onChoose }: LegendProps) {
  return (
    <fieldset class="signs">
      <legend class="unseen">Pick a genre out</legend>
      {signs.map(({ genre, films, colour, path }) => (
        <button key={genre} type="button" aria-pressed={genre === chosen} onClick={() => onChoose(genre === chosen ? null : genre)}>
          <svg viewBox="-1.3 -1.3 2.6 2.6" width="16" height="16" aria-hidden="true">
            <path d={path} fill={colour} />
          </svg>
          {genre} <span class="note">{films}</span>
        </button>
      ))}
    </fieldset>
  );
}
