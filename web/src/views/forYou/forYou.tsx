import './forYou.css';
import { useRef, useState } from 'preact/hooks';
import { Answer, Empty, Loading } from '../../components/states.tsx';
import { useRate } from '../../components/useRate.ts';
import { UserBar } from '../../components/userBar.tsx';
import { useQuery } from '../../graphql/useQuery.ts';
import { useActiveUser } from '../../state/activeUser.ts';
import { genresOf, type Scale, useCatalogue } from '../../state/catalogue.ts';
import { useUpdates } from '../../state/feed.ts';
import { userId } from '../../state/route.ts';
import { listFor, profile } from './forYou.operations.ts';
import { List } from './list.tsx';
import { Profile } from './profile.tsx';
import { questions } from './teach.operations.ts';
import { JustRated, Questions, Search } from './teach.tsx';
import { Tuning } from './tuning.tsx';
import { filterOf, readControls } from './useControls.ts';

const PAGE = 12;
/** Who has rated fewer films is asked what would tell most. */
const NEWCOMER_RATINGS = 20;

export default function ForYou() {
  const catalogue = useCatalogue();
  const user = userId.value;
  const looking = useActiveUser();
  return (
    <>
      <UserBar />
      <Answer query={catalogue} what="the catalogue">
        {(data) => {
          if (data.dataset.movieCount === 0) {
            return (
              <Empty title="There are no films yet.">
                <p>Import some with `npx tastegraph import PATH`, then come back.</p>
              </Empty>
            );
          }
          if (looking) return <Loading what="a user" />;
          if (user === '') return <Empty title="Whose list?">Type an id, or start as a new user.</Empty>;
          return <Personal key={user} user={user} scale={data.dataset.scale} genres={genresOf(data)} />;
        }}
      </Answer>
    </>
  );
}

interface PersonalProps {
  readonly user: string;
  readonly scale: Scale;
  readonly genres: readonly string[];
}

function Personal({ user, scale, genres }: PersonalProps) {
  const controls = readControls();
  const [length, setLength] = useState(PAGE);
  const { strategy, diversity, popularity } = controls;
  const how = { userId: user, strategy, diversity, popularity, filter: filterOf(controls) };
  const list = useQuery(listFor, { ...how, n: length });
  const who = useQuery(profile, { userId: user });
  const asked = useQuery(questions, { userId: user });
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
  const isNew = who.data !== undefined && (who.data.user?.ratingCount ?? 0) < NEWCOMER_RATINGS;
  return (
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
          <Tuning controls={controls} genres={genres} />
        </details>
      </div>
      <List query={list} made={JSON.stringify(how)} length={length} scale={scale} rating={rating} onMore={() => setLength(length + PAGE)} />
    </div>
  );
}
