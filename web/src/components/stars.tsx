import { useState } from 'preact/hooks';
import type { Scale } from '../state/catalogue.ts';
import { clamped, placeOf, starCount, stepOf, valueAt } from './starScale.ts';

interface StarsProps {
  /** What is rated. */
  readonly title: string;
  readonly scale: Scale;
  /** The rating that there is, or that is on its way. */
  readonly value: number | null;
  readonly busy?: boolean;
  onRate(value: number): void;
}

/**
 * Stars to rate with: click or tap a place; or with the keyboard choose by the arrow keys and confirm with Enter, so that going past a
 * value does not give it.
 */
export function Stars({ title, scale, value, busy = false, onRate }: StarsProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = chosen ?? value;
  const give = (rating: number) => {
    setChosen(null);
    onRate(rating);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(scale);
    const from = shown ?? (scale.min + scale.max) / 2;
    const moves: Record<string, number> = {
      ArrowRight: from + step,
      ArrowUp: from + step,
      ArrowLeft: from - step,
      ArrowDown: from - step,
      Home: scale.min,
      End: scale.max,
    };
    const target = moves[event.key];
    if (target !== undefined) setChosen(clamped(target, scale));
    else if ((event.key === 'Enter' || event.key === ' ') && chosen !== null) give(chosen);
    else if (event.key === 'Escape') setChosen(null);
    else return;
    event.preventDefault();
  };
  const pointed = (event: MouseEvent) => {
    const box = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : new DOMRect();
    return valueAt((event.clientX - box.left) / box.width, scale);
  };
  return (
    <span class="rater">
      <span
        class="stars"
        style={{ width: `${starCount(scale) * 1.75}rem` }}
        role="slider"
        tabIndex={0}
        aria-label={`Rate ${title}`}
        aria-valuemin={scale.min}
        aria-valuemax={scale.max}
        aria-valuenow={shown ?? scale.min}
        aria-valuetext={shown === null ? 'not rated' : `${shown} of ${scale.max}${chosen === null ? '' : ', press Enter to rate'}`}
        aria-disabled={busy}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
        onPointerMove={(event) => event.pointerType === 'mouse' && setChosen(pointed(event))}
        onPointerLeave={() => setChosen(null)}
        // A screen reader clicks at the middle, and means what was chosen.
        onClick={(event) => !busy && give(event.detail === 0 && chosen !== null ? chosen : pointed(event))}
      >
        <span class="stars-full" style={{ width: `${shown === null ? 0 : 100 * placeOf(shown, scale)}%` }} />
      </span>
      <output class="rater-value">{shown === null ? '' : shown}</output>
    </span>
  );
}
