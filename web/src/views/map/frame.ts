/** Pixels and the place of films: from −1 at the low ends to 1 at the high ends of both axes. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What of the plane is seen: its middle, and how many times larger than whole. */
export interface Frame extends Spot {
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Frame = { x: 0, y: 0, zoom: 1 };
const MOST_ZOOM = 12;
/** Pixels between the outermost films and the edge. */
const EDGE = 34;

export function toPixels({ x, y }: Spot, frame: Frame, { width, height }: Size): Spot {
  return {
    x: width / 2 + (x - frame.x) * frame.zoom * (width / 2 - EDGE),
    y: height / 2 - (y - frame.y) * frame.zoom * (height / 2 - EDGE),
  };
}

/** Moves what is seen by pixels. */
export function moved(frame: Frame, dx: number, dy: number, { width, height }: Size): Frame {
  return kept({ ...frame, x: frame.x - dx / (frame.zoom * (width / 2 - EDGE)), y: frame.y + dy / (frame.zoom * (height / 2 - EDGE)) });
}

/** Comes closer or goes back; what lies under a place of the plane stays there. */
export function zoomed(frame: Frame, factor: number, at: Spot = frame): Frame {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, frame.zoom * factor));
  const share = frame.zoom / zoom;
  return kept({ zoom, x: at.x + (frame.x - at.x) * share, y: at.y + (frame.y - at.y) * share });
}

/** The place under a pixel. */
export function placeAt(px: number, py: number, frame: Frame, { width, height }: Size): Spot {
  return {
    x: frame.x + (px - width / 2) / (frame.zoom * (width / 2 - EDGE)),
    y: frame.y - (py - height / 2) / (frame.zoom * (height / 2 - EDGE)),
  };
}

/** Follows to a place that can't be seen. */
export function showing(frame: Frame, spot: Spot): Frame {
  const reach = 1 / frame.zoom;
  const isSeen = Math.abs(spot.x - frame.x) <= reach && Math.abs(spot.y - frame.y) <= reach;
  return isSeen ? frame : kept({ ...frame, x: spot.x, y: spot.y });
}

/** The next one in a direction: near, and not far to the side. */
export function nextTowards<T extends Spot>(spots: readonly T[], from: Spot, dx: number, dy: number): T | undefined {
  let best: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const spot of spots) {
    const ahead = (spot.x - from.x) * dx + (spot.y - from.y) * dy;
    if (ahead <= 1e-9) continue;
    const aside = Math.abs((spot.x - from.x) * dy) + Math.abs((spot.y - from.y) * dx);
    const distance = ahead + 2 * aside;
    if (distance < least) [best, least] = [spot, distance];
  }
  return best;
}

function kept({ x, y, zoom }: Frame): Frame {
  const reach = 1 - 1 / zoom;
  const within = (value: number) => Math.min(reach, Math.max(-reach, value));
  return { x: within(x), y: within(y), zoom };
}
