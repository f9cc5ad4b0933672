import type { MonthCount } from '../../domain.ts';

const DAY = 86_400; // seconds
const MONTHS = 12;

interface Month {
  /** Seconds since 1970 at which it begins, and at which the next one does. */
  readonly from: number;
  readonly to: number;
  count: number;
  sum: number;
}

/** Ratings by calendar month, UTC. Neighbours are mostly of one month, whose bounds are therefore kept at hand. */
export class Months {
  private readonly months = new Map<number, Month>();
  private current: Month = { from: 0, to: 0, count: 0, sum: 0 };
  /** Ratings whose time nobody knows. */
  undated = 0;

  /** @param time seconds since 1970; NaN: unknown */
  add(time: number, rating: number): void {
    if (!(time >= this.current.from && time < this.current.to)) {
      if (Number.isNaN(time)) {
        this.undated += 1;
        return;
      }
      this.current = this.monthAt(time);
    }
    this.current.count += 1;
    this.current.sum += rating;
  }

  /** From the first to the last, months without ratings between them included. */
  table(): MonthCount[] {
    const numbers = [...this.months.keys()];
    if (numbers.length === 0) return [];
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    return Array.from({ length: last - first + 1 }, (_, at) => {
      const { count, sum } = this.months.get(first + at) ?? { count: 0, sum: 0 };
      return { month: nameOf(first + at), count, mean: count === 0 ? null : sum / count };
    });
  }

  private monthAt(time: number): Month {
    const date = new Date(Math.floor(time / DAY) * DAY * 1000);
    const number = MONTHS * date.getUTCFullYear() + date.getUTCMonth();
    const known = this.months.get(number);
    if (known !== undefined) return known;
    const month = { from: startOf(number), to: startOf(number + 1), count: 0, sum: 0 };
    this.months.set(number, month);
    return month;
  }
}

function startOf(number: number): number {
  return Date.UTC(Math.floor(number / MONTHS), number % MONTHS) / 1000;
}

/** "1997-09" */
function nameOf(number: number): string {
  return new Date(startOf(number) * 1000).toISOString().slice(0, 7);
}
