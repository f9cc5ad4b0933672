import { useRef } from 'preact/hooks';
import { IntervalLegend } from '../../components/intervalBar.tsx';
import { Answer, Empty, Failure } from '../../components/states.tsx';
import { useFlip } from '../../components/useFlip.ts';
import { useKeptFocus } from '../../components/useKeptFocus.ts';
import type { Rating } from '../../components/useRate.ts';
import type { Query } from '../../graphql/useQuery.ts';
import type { Scale } from '../../state/catalogue.ts';
import type { ListForQuery } from './forYou.operations.ts';
import { Row } from './row.tsx';
import { useChanges } from './useChanges.ts';
import { DEFAULTS, writeControls } from './useControls.ts';

interface ListProps {
  readonly query: Query<ListForQuery>;
  /** What the list was asked to be. */
  readonly made: string;
  /** Rows that were asked for. */
  readonly length: number;
  readonly scale: Scale;
  readonly rating: Rating;
  onMore(): void;
}

export function List(props: ListProps) {
  return (
    <section class="panel list" aria-busy={props.query.loading} aria-labelledby="list-heading">
      <header>
        <h2 id="list-heading">The list</h2>
        <IntervalLegend />
      </header>
      {props.rating.error && <Failure message={props.rating.error.message} />}
      <Answer query={props.query} what="the list">
        {({ recommendations }) => <Rows {...props} rows={recommendations} />}
      </Answer>
    </section>
  );
}

function Rows({ rows, made, length, scale, rating, onMore }: ListProps & { readonly rows: ListForQuery['recommendations'] }) {
  const place = useRef<HTMLOListElement>(null);
  const changes = useChanges(rows, made);
  useFlip(place);
  const onFocusIn = useKeptFocus(place);
  if (rows.length === 0) {
    return (
      <Empty title="No film fits.">
        <p>Every film that passes the filter is rated already, or none passes it.</p>
        <button type="button" onClick={() => writeControls({ genres: DEFAULTS.genres, from: null, to: null })}>
          Clear genres and years
        </button>
      </Empty>
    );
  }
  return (
    <>
      <ol class="rows" ref={place} onFocusIn={onFocusIn}>
        {rows.map((row) => (
          <Row key={row.movie.id} row={row} change={changes.get(row.movie.id)} scale={scale} rating={rating} />
        ))}
      </ol>
      {rows.length === length && (
        <button type="button" class="more" onClick={onMore}>
          Show more
        </button>
      )}
    </>
  );
}
