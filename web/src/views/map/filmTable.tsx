import { axisEnds } from '../../components/axisEnds.ts';
import { TextTable } from '../../components/textTable.tsx';
import { signed } from '../../format.ts';
import type { Film } from './films.ts';
import type { Axes } from './plane.tsx';

const NAMED = 3;

/** The map as text: who stands at its sides, and every film with its place. */
export function FilmTable({ films, axes }: { readonly films: readonly Film[]; readonly axes: Axes }) {
  const ordered = [...films].sort((left, right) => right.x - left.x);
  const upwards = [...films].sort((left, right) => right.y - left.y);
  const names = (some: readonly Film[]) => some.map(({ name }) => name).join(', ');
  const [across, up] = [axisEnds(axes.across), axisEnds(axes.up)];
  return (
    <details>
      <summary>The map as text</summary>
      <ul class="note">
        <li>
          Furthest towards {across.high}: {names(ordered.slice(0, NAMED))}; towards {across.low}: {names(ordered.slice(-NAMED).reverse())}.
        </li>
        <li>
          Furthest towards {up.high}: {names(upwards.slice(0, NAMED))}; towards {up.low}: {names(upwards.slice(-NAMED).reverse())}.
        </li>
        <li>Numbers: rating points that a user gives a film more for each standard deviation along the axis.</li>
      </ul>
      <TextTable
        label="Films by their place"
        words={2}
        head={['Film', 'Genres', 'Across', 'Up']}
        rows={ordered.map(({ name, movie, across: x, up: y }) => [name, movie.genres.join(', '), signed(x), signed(y)])}
      />
    </details>
  );
}
