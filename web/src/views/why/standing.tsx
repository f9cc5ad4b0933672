import { axisEnds } from '../../components/axisEnds.ts';
import { Answer } from '../../components/states.tsx';
import { percent, signed } from '../../format.ts';
import type { Query } from '../../graphql/useQuery.ts';
import type { StandsAtQuery } from './why.operations.ts';

type Position = NonNullable<StandsAtQuery['user']>['factors'][number];

/** Standard deviations of users to each side that are drawn; who stands farther out is drawn at the edge. */
const REACH = 3;

/** Where the user stands on each axis of taste that the model has found. */
export function Standing({ query }: { readonly query: Query<StandsAtQuery> }) {
  return (
    <section class="panel" aria-labelledby="standing">
      <header>
        <h2 id="standing">Where this user stands</h2>
        <p class="note">Axes of taste that the model has found, the strongest first. The line in the middle is the average user.</p>
      </header>
      <Answer query={query} what="the axes of taste">
        {({ user }) =>
          user === null || user.factors.length === 0 ? (
            <p>Nothing is known yet: it takes a rating by this user, and a model that has been trained.</p>
          ) : (
            <ul class="axes">
              {user.factors.map((position) => (
                <Axis key={position.factor.index} {...position} />
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}

function Axis({ position, factor }: Position) {
  const { low, high } = axisEnds(factor);
  const place = 50 + (50 * Math.max(-REACH, Math.min(REACH, position))) / REACH;
  return (
    <li>
      <span class="axis-end">
        {low} <span class="note">{factor.lowest.map(({ title }) => title).join(', ')}</span>
      </span>
      <span class="axis-end high">
        {high} <span class="note">{factor.highest.map(({ title }) => title).join(', ')}</span>
      </span>
      <span class="axis-track" aria-hidden="true">
        <span class="axis-from" style={{ left: `${Math.min(50, place)}%`, width: `${Math.abs(place - 50)}%` }} />
        <span class="axis-dot" style={{ left: `${place}%` }} />
      </span>
      <span class="axis-words note">
        {signed(position, 1)} standard deviations{Math.abs(position) < 0.1 ? '' : `, towards ${position < 0 ? low : high}`} · carries{' '}
        {percent(factor.share)} of taste
      </span>
    </li>
  );
}
