import type { ComponentChildren } from 'preact';
import type { Query } from '../graphql/useQuery.ts';

/** Stands where something is still on its way; says so to who can't see it. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="state loading" role="status">
      <span class="bars" aria-hidden="true" />
      <p>Loading {what} …</p>
    </div>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state empty">
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong, in a sentence, and a way on. */
export function Failure({ message, onRetry }: { readonly message: string; readonly onRetry?: (() => void) | undefined }) {
  return (
    <div class="state failure" role="alert">
      <p>{message}</p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface AnswerProps<Result> {
  readonly query: Query<Result>;
  /** What is being loaded, after "Loading". */
  readonly what: string;
  readonly children: (data: Result) => ComponentChildren;
}

/** The answer of a query, or the state that it is in. An older answer stays, with what is wrong above it. */
export function Answer<Result>({ query, what, children }: AnswerProps<Result>) {
  const { data, error, refetch } = query;
  if (data === undefined) return error ? <Failure message={error.message} onRetry={refetch} /> : <Loading what={what} />;
  return (
    <>
      {error && <Failure message={error.message} onRetry={refetch} />}
      {children(data)}
    </>
  );
}
