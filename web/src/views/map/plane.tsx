import { useRef, useState } from 'preact/hooks';
import { axisEnds } from '../../components/axisEnds.ts';
import { useWidth } from '../../components/useWidth.ts';
import { type Film, NAME_AT, namedFilms, REACH } from './films.ts';
import { nextTowards, type Spot, showing, toPixels, WHOLE, zoomed } from './frame.ts';
import type { TasteMapQuery } from './map.operations.ts';
import { useFrame } from './useFrame.ts';
import { UserMark } from './userMark.tsx';

type Factor = TasteMapQuery['latentFactors'][number];

export interface Axes {
  readonly across: Factor;
  readonly up: Factor;
}

interface PlaneProps {
  readonly films: readonly Film[];
  readonly axes: Axes;
  /** The genre that is picked out. */
  readonly genre: string | null;
  /** Id of the film that is chosen. */
  readonly chosen: string | null;
  readonly user: string;
  /** Places of the user, standard deviations across and up. */
  readonly trail: readonly (readonly [number, number])[];
  readonly onChoose: (id: string) => void;
  readonly onPoint: (film: Film | null) => void;
}

const TALLEST = 640;
const NARROW = 600;
const RADIUS = { wide: 6, narrow: 4.5 };
const STEP = 1.5;
/** Names that are written, more when closer. */
const NAMES = 16;
const ARROWS: Record<string, readonly [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Films on two axes of taste. One of them can have the focus; the arrow keys go on to the next in their direction. */
export function Plane({ films, axes, genre, chosen, user, trail, onChoose, onPoint }: PlaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(box);
  const size = { width, height: Math.min(TALLEST, Math.max(320, width)) };
  const { frame, setFrame, pointer } = useFrame(svg, size);
  const [stop, setStop] = useState<string | null>(null);
  const stopped = films.find(({ movie }) => movie.id === stop) ?? films[0];
  const radius = width < NARROW ? RADIUS.narrow : RADIUS.wide;
  const spots = new Map<Film, Spot>();
  for (const film of films) {
    const spot = toPixels(film, frame, size);
    if (spot.x >= 0 && spot.x <= size.width && spot.y >= 0 && spot.y <= size.height) spots.set(film, spot);
  }
  const bright = films.filter(({ sign }) => genre === null || sign.genre === genre);
  const named = namedFilms(bright, spots, size.width, Math.round((NAMES * Math.sqrt(frame.zoom) * width) / 900));
  const focusOn = (film: Film) => {
    setStop(film.movie.id);
    setFrame((known) => showing(known, film));
    requestAnimationFrame(() => svg.current?.querySelector<SVGElement>('[tabindex="0"]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const next = arrow && stopped ? nextTowards(bright, stopped, ...arrow) : undefined;
    if (arrow !== undefined) {
      if (next) focusOn(next);
    } else if (event.key === '+' || event.key === '=') setFrame((known) => zoomed(known, STEP, stopped));
    else if (event.key === '-') setFrame((known) => zoomed(known, 1 / STEP));
    else if (event.key === '0') setFrame(WHOLE);
    else if ((event.key === 'Enter' || event.key === ' ') && stopped) onChoose(stopped.movie.id);
    else return;
    event.preventDefault();
  };
  const origin = toPixels({ x: 0, y: 0 }, frame, size);
  const ends = { across: axisEnds(axes.across), up: axisEnds(axes.up) };
  return (
    <div class="map">
      <div class="map-buttons">
        <button type="button" aria-label="Closer" onClick={() => setFrame((known) => zoomed(known, STEP))}>
          +
        </button>
        <button type="button" aria-label="Farther" onClick={() => setFrame((known) => zoomed(known, 1 / STEP))}>
          −
        </button>
        <button type="button" onClick={() => setFrame(WHOLE)} disabled={frame.zoom === 1}>
          Whole map
        </button>
        <span class="note">Drag to move, Ctrl and wheel to zoom. Keys: arrows, +, −, 0, Enter.</span>
      </div>
      <p class="axis-name">↑ {ends.up.high}</p>
      <div ref={box} class={frame.zoom > 1 ? 'plane zoomed' : 'plane'}>
        {width > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a picture of parts has no element of its own.
          <svg
            ref={svg}
            width={size.width}
            height={size.height}
            role="group"
            aria-label={`Map of ${films.length} films. Across: ${axes.across.label}. Up: ${axes.up.label}. The arrow keys go from film to film.`}
            onKeyDown={onKeyDown}
            {...pointer}
          >
            <line class="zero" x1={origin.x} x2={origin.x} y1={0} y2={size.height} />
            <line class="zero" x1={0} x2={size.width} y1={origin.y} y2={origin.y} />
            {films.map((film) => {
              const spot = spots.get(film);
              if (spot === undefined) return null;
              return (
                // biome-ignore lint/a11y/useSemanticElements: a button of HTML can't stand in a picture.
                <g
                  key={film.movie.id}
                  class={genre !== null && film.sign.genre !== genre ? 'film faint' : 'film'}
                  role="button"
                  tabIndex={film === stopped ? 0 : -1}
                  aria-pressed={film.movie.id === chosen}
                  aria-label={`${film.name}, ${film.movie.genres.join(', ')}`}
                  transform={`translate(${spot.x} ${spot.y})`}
                  onClick={() => onChoose(film.movie.id)}
                  onFocus={() => {
                    setStop(film.movie.id);
                    onPoint(film);
                  }}
                  onBlur={() => onPoint(null)}
                  onPointerEnter={() => onPoint(film)}
                  onPointerLeave={() => onPoint(null)}
                >
                  <circle class="ring" r={radius + 5} />
                  <path d={film.sign.path} transform={`scale(${radius})`} fill={film.sign.colour} />
                </g>
              );
            })}
            {[...named].map((film) => (
              <text key={film.movie.id} class="film-name" x={(spots.get(film)?.x ?? 0) + NAME_AT} y={(spots.get(film)?.y ?? 0) + 4}>
                {film.name}
              </text>
            ))}
            <UserMark
              user={user}
              spots={trail.map(([x, y]) => toPixels({ x: edged(x / REACH), y: edged(y / REACH) }, frame, size))}
              origin={origin}
            />
          </svg>
        )}
      </div>
      <p class="axis-name">↓ {ends.up.low}</p>
      <p class="axis-name sides">
        <span>← {ends.across.low}</span>
        <span>{ends.across.high} →</span>
      </p>
    </div>
  );
}

/** Who stands farther out than the plane reaches is drawn at its edge. */
function edged(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
