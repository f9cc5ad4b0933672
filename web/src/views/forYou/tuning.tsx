import { useEffect, useState } from 'preact/hooks';
import { Answer } from '../../components/states.tsx';
import type { Query } from '../../graphql/useQuery.ts';
import type { GenresQuery } from './tuning.operations.ts';
import { type Controls, DEFAULTS, isFiltered, STRATEGIES, writeControls, yearOf } from './useControls.ts';

/** What orders the list and what may be in it. */
export function Tuning({ controls, query }: { readonly controls: Controls; readonly query: Query<GenresQuery> }) {
  const strategy = STRATEGIES.find(({ value }) => value === controls.strategy)!;
  return (
    <div class="tuning">
      <div class="field">
        <label for="strategy">Order by</label>
        <select
          id="strategy"
          value={controls.strategy}
          onChange={(event) => writeControls({ strategy: STRATEGIES[event.currentTarget.selectedIndex]!.value })}
        >
          {STRATEGIES.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <p class="note">{strategy.meaning}</p>
      </div>
      <Slider
        id="diversity"
        label="Variety"
        ends={['alike', 'varied']}
        value={controls.diversity}
        onChange={(diversity) => writeControls({ diversity })}
      />
      <Slider
        id="popularity"
        label="Well known or hidden"
        ends={['well known', 'hidden']}
        value={controls.popularity}
        disabled={controls.strategy !== 'RELEVANCE'}
        onChange={(popularity) => writeControls({ popularity })}
      />
      <fieldset class="field">
        <legend>Only these genres</legend>
        <Answer query={query} what="genres">
          {(data) => (
            <div class="chips">
              {namesOf(data).map((genre) => (
                <label key={genre} class="chip">
                  <input
                    type="checkbox"
                    checked={controls.genres.includes(genre)}
                    onChange={({ currentTarget: { checked } }) =>
                      writeControls({ genres: checked ? [...controls.genres, genre] : controls.genres.filter((name) => name !== genre) })
                    }
                  />
                  {genre}
                </label>
              ))}
            </div>
          )}
        </Answer>
      </fieldset>
      <fieldset class="field years">
        <legend>Years</legend>
        <Year label="from" value={controls.from} onChange={(from) => writeControls({ from })} />
        <Year label="to" value={controls.to} onChange={(to) => writeControls({ to })} />
      </fieldset>
      {isFiltered(controls) && (
        <button type="button" class="quiet" onClick={() => writeControls({ genres: DEFAULTS.genres, from: null, to: null })}>
          Clear genres and years
        </button>
      )}
    </div>
  );
}

function namesOf({ dataset }: GenresQuery): string[] {
  return dataset.genres.map(({ genre }) => genre).sort();
}

interface SliderProps {
  readonly id: string;
  readonly label: string;
  readonly ends: readonly [string, string];
  readonly value: number;
  readonly disabled?: boolean;
  onChange(value: number): void;
}

function Slider({ id, label, ends, value, disabled = false, onChange }: SliderProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <div class="slider-ends note" aria-hidden="true">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </div>
    </div>
  );
}

interface YearProps {
  readonly label: string;
  readonly value: number | null;
  onChange(value: number | null): void;
}

function Year({ label, value, onChange }: YearProps) {
  const [typed, setTyped] = useState('');
  useEffect(() => setTyped(value === null ? '' : String(value)), [value]);
  return (
    <label class="year">
      {label}
      <input
        type="text"
        inputMode="numeric"
        maxLength={4}
        size={4}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => onChange(yearOf(event.currentTarget.value))}
      />
    </label>
  );
}
