import type { Spot } from './frame.ts';

interface UserMarkProps {
  readonly user: string;
  /** Where the user stood, the last one now; pixels. */
  readonly spots: readonly Spot[];
  readonly origin: Spot;
}

/** The user on the map: an arrow from the average user, and the way that ratings have led. */
export function UserMark({ user, spots, origin }: UserMarkProps) {
  const now = spots.at(-1);
  if (now === undefined) return null;
  return (
    <g class="user-mark">
      <line x1={origin.x} y1={origin.y} x2={now.x} y2={now.y} />
      <polyline points={spots.map(({ x, y }) => `${x},${y}`).join(' ')} />
      <g class="user-now" style={{ transform: `translate(${now.x}px, ${now.y}px)` }}>
        <circle r={11} />
        <circle class="core" r={4} />
        <text y={-17} textAnchor="middle">
          {user.length > 18 ? `${user.slice(0, 17)}…` : user}
        </text>
      </g>
    </g>
  );
}
