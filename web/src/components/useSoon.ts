import { useEffect, useRef } from 'preact/hooks';

/**
 * Does something a while after it was asked for, however often that was, and not before the last time is over: a stream of news makes
 * a steady pace of work.
 * @param busy the last time is not over
 */
export function useSoon(act: () => void, { busy = false, milliseconds = 1_000 } = {}): () => void {
  const newest = useRef({ act, busy });
  newest.current = { act, busy };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return function soon() {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (newest.current.busy) soon();
      else newest.current.act();
    }, milliseconds);
  };
}
