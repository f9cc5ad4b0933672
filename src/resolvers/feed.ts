import { Repeater } from '@graphql-yoga/subscription';
import { RequestError } from '../errors.ts';

const RETRY_AFTER_MS = 1_000;

/**
 * What a subscription reads: the values that a listener gets, as long as somebody reads them.
 * A Repeater keeps at most 1,024 values that nobody has read and throws at the next; the subscription then ends with
 * OVERLOADED, because dropping values silently would leave its client wrong. The listener is gone when the subscription is.
 * @param listen starts the listening and returns what stops it
 */
export function feed<T>(
  listen: (listener: (value: T) => void) => () => void,
  wanted: (value: T) => boolean = () => true,
): AsyncIterable<T> {
  return new Repeater<T>(async (push, stop) => {
    const stopListening = listen((value) => {
      if (!wanted(value)) return;
      try {
        push(value);
      } catch {
        stop(tooSlow());
      }
    });
    await stop;
    stopListening();
  });
}

function tooSlow(): RequestError {
  return new RequestError(
    'OVERLOADED',
    'This subscription is read too slowly and ends; subscribe again and catch up with updates(after:).',
    {
      retryAfterMs: RETRY_AFTER_MS,
    },
  );
}
