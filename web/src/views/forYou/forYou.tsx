import './forYou.css';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Answer, Empty, Loading } from '../../components/states.tsx';
import { useRate } from '../../components/useRate.ts';
import { UserBar } from '../../components/userBar.tsx';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import { useActiveUser } from '../../state/activeUser.ts';
import type { CatalogueQuery } from '../../state/catalogue.operations.ts';
import { type Scale, useCatalogue } from '../../state/catalogue.ts';
import { useUpdates } from '../../state/feed.ts';
import { userId } from '../../state/route.ts';
import { listFor, profile } from './forYou.operations.ts';
import { List } from './list.tsx';
import { Profile } from './profile.tsx';
import { questions } from './teach.operations.ts';
import { JustRated, Questions, Search } from './teach.tsx';
import { genres } from './tuning.operations.ts';
import { Tuning } from './tuning.tsx';
import { filterOf, readControls } from './useControls.ts';

const PAGE = 12;
/** Who has rated fewer films is asked what would tell most. */
const NEWCOMER_RATINGS = 20;

export default function ForYou() {
  const catalogue = useCatalogue();
  const looking = useActiveUser();
  const user = userId.value;
  return (
    <>
      <UserBar />
      {user === '' ? <Nobody catalogue={catalogue} looking={looking} /> : <Personal key={user} user={user} catalogue={catalogue} />}
    </>
  );
}

interface NobodyProps {
  readonly catalogue: Query<CatalogueQuery>;
  readonly looking: boolean;
}

function Nobody({ catalogue, looking }: NobodyProps) {
  return (
    <WithFilms catalogue={catalogue}>
      {() => (looking ? <Loading what="a user" /> : <Empty title="Whose list?">Type an id, or start as a new user.</Empty>)}
    </WithFilms>
  );
}

interface WithFilmsProps {
  readonly catalogue: Query<CatalogueQuery>;
  readonly children: (scale: Scale) => ComponentChildren;
}

/** What needs films, and the scale that they are rated on. */
function WithFilms({ catalogue, children }: WithFilmsProps) {
  return (
    <Answer query={catalogue} what="the catalogue">
      {({ dataset }) =>
        dataset.movieCount === 0 ? (
          <Empty title="There are no films yet.">
            <p>
              Import some with <code>npx tastegraph import PATH</code>, then come back.
            </p>
          </Empty>
        ) : (
          children(dataset.scale)
        )
      }
    </Answer>
  );
}

interface PersonalProps {
  readonly user: string;
  readonly catalogue: Query<CatalogueQuery>;
}

/** Asks for the list before everything else, and without waiting for the catalogue. */
function Personal({ user, catalogue }: PersonalProps) {
  const controls = readControls();
  const [length, setLength] = useState(PAGE);
  const { strategy, diversity, popularity } = controls;
  const how = { userId: user, strategy, diversity, popularity, filter: filterOf(controls) };
  const list = useQuery(listFor, { ...how, n: length });
  const who = useQuery(profile, { userId: user });
  const isNew = who.data !== undefined && (who.data.user?.ratingCount ?? 0) < NEWCOMER_RATINGS;
  const kinds = useQuery(genres, {});
  const asked = useQuery(questions, isNew ? { userId: user } : null);
  const known = useRef(0);
  const refresh = (sequence: number) => {
    known.current = Math.max(known.current, sequence);
    for (const query of [list, who, asked]) query.refetch();
  };
  const rating = useRate(user, refresh);
  useUpdates((updates) => {
    const news = updates.filter(({ kind, userId: rater }) => rater === user || kind === 'ACTIVATED');
    const newest = Math.max(...news.map(({ sequence }) => sequence));
    if (newest > known.current) refresh(newest);
  });
  return (
    <WithFilms catalogue={catalogue}>
      {(scale) => (
        <div class="for-you">
          <div class="aside">
            <Profile user={user} query={who} />
            <details class="panel" open={isNew || undefined}>
              <summary>Rate films</summary>
              <JustRated rating={rating} />
              {isNew && <Questions query={asked} rating={rating} scale={scale} />}
              <Search rating={rating} scale={scale} />
            </details>
            <details class="panel" open={matchMedia('(min-width: 64rem)').matches || undefined}>
              <summary>Tune the list</summary>
              <Tuning controls={controls} query={kinds} />
            </details>
          </div>
          <List
            query={list}
            made={JSON.stringify(how)}
            length={length}
            scale={scale}
            rating={rating}
            onMore={() => setLength(length + PAGE)}
          />
        </div>
      )}
    </WithFilms>
  );
}
