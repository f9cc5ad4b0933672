import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Frame, moved, placeAt, type Size, WHOLE, zoomed } from './frame.ts';

/** What a turn of the wheel by one pixel does. */
const WHEEL = 0.004;
/** Pixels that a pointer moves before it drags. */
const DRAG = 4;

/**
 * What of the plane is seen, moved by dragging and zoomed by the wheel with Ctrl, which is what a pinch on a touchpad sends: the wheel
 * alone scrolls the page.
 */
export function useFrame(place: RefObject<SVGSVGElement | null>, size: Size) {
  const [frame, setFrame] = useState<Frame>(WHOLE);
  const newest = useRef(size);
  newest.current = size;
  useEffect(() => {
    const svg = place.current;
    if (svg === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      setFrame((known) => {
        const at = placeAt(event.clientX - box.left, event.clientY - box.top, known, newest.current);
        return zoomed(known, Math.exp(-WHEEL * event.deltaY), at);
      });
    };
    svg.addEventListener('wheel', onWheel, { passive: false });
    return () => svg.removeEventListener('wheel', onWheel);
  }, [place.current]);
  const from = useRef<{ readonly x: number; readonly y: number; readonly isDrag: boolean } | null>(null);
  const pointer = {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) from.current = { x: event.clientX, y: event.clientY, isDrag: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = from.current;
      if (start === null) return;
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.isDrag && Math.hypot(dx, dy) < DRAG) return;
      if (!start.isDrag && event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY, isDrag: true };
      setFrame((known) => moved(known, dx, dy, newest.current));
    },
    onPointerUp: () => {
      from.current = null;
    },
    onPointerCancel: () => {
      from.current = null;
    },
  };
  return { frame, setFrame, pointer };
}
