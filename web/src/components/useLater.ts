import { useEffect, useState } from 'preact/hooks';

/** A value as it was once it has stayed the same for a while: what somebody types, without each letter. */
export function useLater<T>(value: T, milliseconds = 200): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
