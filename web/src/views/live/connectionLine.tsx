import { useEffect, useState } from 'preact/hooks';
import { connection } from '../../graphql/socket.ts';

/** Whether what is shown is live, in words and with a sign. */
export function ConnectionLine() {
  const state = connection.value;
  const [since, setSince] = useState('');
  useEffect(() => {
    if (state === 'lost') setSince(new Date().toLocaleTimeString('en-GB'));
  }, [state]);
  return (
    <p class={`connection connection-${state}`} role="status">
      <span aria-hidden="true" />
      {state === 'open' && 'Live: each rating is drawn as it arrives.'}
      {state === 'connecting' && 'Connecting …'}
      {state === 'lost' && `No connection since ${since}. What is missed meanwhile is fetched as soon as the server is back.`}
    </p>
  );
}
