import { points } from '../format.ts';
import type { Scale } from '../state/catalogue.ts';

/** Standard deviations to each side that hold nine of ten values of a normal distribution. */
const NINE_OF_TEN = 1.645;
const MOST_TICKS = 11;

interface Predicted {
  readonly score: number;
  readonly epistemicVariance: number;
  readonly aleatoricVariance: number;
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * A prediction on the rating scale. The thin band holds the rating in nine of ten cases; the thick one, hatched, is how much of that is
 * the model's own doubt, which more ratings remove; the mark is the score.
 */
export function IntervalBar({ prediction, scale }: { readonly prediction: Predicted; readonly scale: Scale }) {
  const { score, interval, epistemicVariance, aleatoricVariance } = prediction;
  const doubt = NINE_OF_TEN * Math.sqrt(epistemicVariance);
  const text =
    `Score ${points(score)}. In nine of ten cases the rating lies between ${points(interval.low)} and ${points(interval.high)}. ` +
    `Standard deviation of the model's own doubt ${points(Math.sqrt(epistemicVariance), 2)}, ` +
    `of the noise of ratings ${points(Math.sqrt(aleatoricVariance), 2)}.`;
  return (
    <div class="interval" role="img" aria-label={text}>
      <div class="interval-track">
        <span class="interval-band" style={span(interval.low, interval.high, scale)} />
        <span class="interval-doubt" style={span(score - doubt, score + doubt, scale)} />
        <span class="interval-score" style={{ left: `${place(score, scale)}%` }} />
      </div>
      <div class="interval-ticks">
        {ticks(scale).map((tick) => (
          <span key={tick} style={{ left: `${place(tick, scale)}%` }}>
            {tick}
          </span>
        ))}
      </div>
    </div>
  );
}

/** What the parts of the bars mean. */
export function IntervalLegend() {
  return (
    <ul class="legend">
      <li>
        <span class="swatch swatch-score" /> score
      </li>
      <li>
        <span class="swatch swatch-doubt" /> the model's doubt: more ratings narrow it
      </li>
      <li>
        <span class="swatch swatch-band" /> where nine of ten ratings would lie: doubt and the noise of ratings
      </li>
      <li>%: how likely the rating is within half a star of the score</li>
    </ul>
  );
}

function span(low: number, high: number, scale: Scale) {
  const left = place(low, scale);
  return { left: `${left}%`, width: `${place(high, scale) - left}%` };
}

/** Percent of the way from the low to the high end. */
function place(value: number, { min, max }: Scale): number {
  return (100 * (Math.min(max, Math.max(min, value)) - min)) / (max - min);
}

/** Whole numbers of the scale, or its ends where there are too many. */
function ticks({ min, max }: Scale): number[] {
  const first = Math.ceil(min);
  const whole = Array.from({ length: Math.floor(max) - first + 1 }, (_, index) => first + index);
  return whole.length >= 2 && whole.length <= MOST_TICKS ? whole : [min, max];
}
