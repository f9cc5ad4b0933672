import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const DURATION_MS = 450;

/** Lets the children of a list glide to their new places when their order changes, for who likes movement. They carry `data-key`. */
export function useFlip(list: RefObject<HTMLElement | null>): void {
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const now = new Map<string, number>();
    for (const child of list.current?.children ?? []) {
      if (!(child instanceof HTMLElement)) continue;
      const key = child.dataset.key ?? '';
      now.set(key, child.offsetTop);
      const moved = (places.current.get(key) ?? child.offsetTop) - child.offsetTop;
      if (moved !== 0 && !calm) {
        child.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], { duration: DURATION_MS, easing: 'ease-in-out' });
      }
    }
    places.current = now;
  });
}
