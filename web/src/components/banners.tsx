import { useState } from 'preact/hooks';
import { giveToken, token, tokenWanted } from '../graphql/session.ts';
import { connection } from '../graphql/socket.ts';

/** What concerns every view: the server is away, or asks who is there. */
export function Banners() {
  return (
    <div class="banners" aria-live="polite">
      {connection.value === 'lost' && !tokenWanted.value && (
        <p class="banner">
          <strong>The server doesn't answer.</strong> This page tries again by itself; until then, what it shows may be out of date.
        </p>
      )}
      {tokenWanted.value && <TokenForm />}
    </div>
  );
}

function TokenForm() {
  const [typed, setTyped] = useState('');
  return (
    <form
      class="banner"
      onSubmit={(event) => {
        event.preventDefault();
        giveToken(typed.trim());
      }}
    >
      <label for="token">
        {token.value === null
          ? 'This server asks for a token. It is kept until you close this page.'
          : 'The server does not take that token. Try another.'}
      </label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        required
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit">Use it</button>
    </form>
  );
}
