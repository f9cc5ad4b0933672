import { useEffect, useState } from 'preact/hooks';
import type { Operation } from './operation.ts';
import { request } from './request.ts';
import { ServerError } from './serverError.ts';
import { epoch } from './session.ts';

export interface Query<Result> {
  /** The newest answer, kept while the next one is asked for; undefined before the first. */
  readonly data: Result | undefined;
  /** Why the newest question has no answer. */
  readonly error: ServerError | undefined;
  readonly loading: boolean;
  /** Asks again. */
  refetch(): void;
}

/** A server that is away is asked again after this long. */
const AWAY_RETRY_MS = 2_000;

/**
 * Asks when first drawn, when the variables change, and when the server comes back.
 * @param variables null: there is nothing to ask yet
 */
export function useQuery<Result, Variables>(operation: Operation<Result, Variables>, variables: Variables | null): Query<Result> {
  const [state, setState] = useState<Omit<Query<Result>, 'refetch'>>({ data: undefined, error: undefined, loading: variables !== null });
  const [asked, setAsked] = useState(0);
  const key = JSON.stringify(variables);
  const again = epoch.value;
  // The variables count by what they hold; `asked` and `again` ask anew.
  useEffect(() => {
    if (variables === null) return;
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    setState((last) => ({ ...last, loading: true }));
    request(operation, variables, abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof ServerError)) throw error;
        setState((last) => ({ ...last, error, loading: false }));
        if (error.code === 'AWAY') retry = setTimeout(() => setAsked((count) => count + 1), AWAY_RETRY_MS);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(retry);
    };
  }, [operation, key, asked, again]);
  return { ...state, refetch: () => setAsked((count) => count + 1) };
}
