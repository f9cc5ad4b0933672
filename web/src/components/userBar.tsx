import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useQuery } from '../graphql/useQuery.ts';
import { setQuery, userId } from '../state/route.ts';
import { Combobox } from './combobox.tsx';
import { randomId } from './randomId.ts';
import { useLater } from './useLater.ts';
import { usersLike } from './userBar.operations.ts';

/** Whom the views are about: somebody who has rated, found by the beginning of the id, or somebody new. */
export function UserBar({ children }: { readonly children?: ComponentChildren }) {
  const current = userId.value;
  const [typed, setTyped] = useState(current);
  useEffect(() => setTyped(current), [current]);
  const prefix = useLater(typed.trim());
  const { data } = useQuery(usersLike, { prefix: prefix === current ? '' : prefix });
  const choose = (id: string) => {
    if (id.trim() !== '') setQuery({ user: id.trim() });
  };
  return (
    <div class="user-bar">
      <Combobox
        label="User"
        placeholder="Type an id"
        value={typed}
        suggestions={data?.users.nodes.map(({ id }) => id) ?? []}
        onType={setTyped}
        onChoose={choose}
      />
      <button type="button" onClick={() => choose(newcomer())}>
        New user
      </button>
      {children}
    </div>
  );
}

/** An id that nobody has. */
function newcomer(): string {
  return `guest-${randomId().slice(0, 6)}`;
}
