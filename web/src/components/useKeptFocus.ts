import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Whoever works through a list by keyboard stays at the same place of it when the row they were in goes away.
 * @returns hears where the focus is
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>): (event: FocusEvent) => void {
  const place = useRef<{ readonly row: Element; readonly index: number } | null>(null);
  useLayoutEffect(() => {
    if (place.current === null || place.current.row.isConnected) return;
    const rows = list.current?.children ?? [];
    const next = rows[Math.min(place.current.index, rows.length - 1)]?.querySelector<HTMLElement>('[tabindex], a, button');
    place.current = null;
    if (document.activeElement === document.body) next?.focus();
  });
  return ({ target }) => {
    const rows = [...(list.current?.children ?? [])];
    const index = rows.findIndex((row) => target instanceof Node && row.contains(target));
    place.current = index < 0 ? null : { row: rows[index]!, index };
  };
}
