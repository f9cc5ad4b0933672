import type { PredictionBasis, RatingScale } from '../../domain.ts';

/** An axis of taste as a reason: the side to which the user leans, with films that stand for it. */
export interface AxisReason {
  /** What it adds to the score, rating points: above 0 when the film leans the same way. */
  readonly value: number;
  readonly side: string;
  readonly films: readonly string[];
}

/** What a summary puts into words; all parts in rating points. */
export interface Summarized {
  readonly basis: PredictionBasis;
  readonly scale: RatingScale;
  readonly score: number;
  readonly standardDeviation: number;
  readonly user: number;
  readonly movie: number;
  readonly axes: readonly AxisReason[];
  readonly others: number;
  readonly graph: number;
}

interface Reason {
  readonly value: number;
  readonly text: string;
}

/** Share of the scale below which a part is not worth a word. */
const NOTABLE = 0.02;
/** Axes named in one sentence. */
const MOST_AXES = 2;
/** Share of all reasons from which one is said to be most of it. */
const DOMINANT = 0.6;

/** One sentence: the numbers, and the parts worth a word with their direction, the strongest axes among them. */
export function summaryOf(about: Summarized): string {
  const { score, standardDeviation } = about;
  return `Predicted ${score.toFixed(1)}, give or take ${standardDeviation.toFixed(1)}: ${wording(reasonsOf(about), about)}.`;
}

function reasonsOf({ basis, scale, user, movie, axes, others, graph }: Summarized): Reason[] {
  const notable = NOTABLE * (scale.max - scale.min);
  const isColdUser = basis === 'COLD_USER' || basis === 'COLD_BOTH';
  const isColdMovie = basis === 'COLD_MOVIE' || basis === 'COLD_BOTH';
  const reasons: Reason[] = [];
  const add = (value: number, text: string) => {
    if (Math.abs(value) > notable) reasons.push({ value, text });
  };
  if (!isColdUser) add(user, `you rate ${user > 0 ? 'higher' : 'lower'} than most`);
  if (!isColdMovie) add(movie, `the film is liked ${movie > 0 ? 'more' : 'less'} than most`);
  // Who has rated nothing leans nowhere yet.
  if (isColdUser) return reasons;
  const strongest = [...axes].sort((left, right) => Math.abs(right.value) - Math.abs(left.value)).slice(0, MOST_AXES);
  for (const axis of strongest) add(axis.value, leaning(axis));
  if (!strongest.some(({ value }) => Math.abs(value) > notable)) {
    const taste = axes.reduce((sum, { value }) => sum + value, others);
    add(taste, `your taste speaks ${taste > 0 ? 'for' : 'against'} it`);
  }
  // What nobody has rated is liked by nobody.
  if (!isColdMovie) add(graph, `people who rated like you like it ${graph > 0 ? 'more' : 'less'} than your own tastes say`);
  return reasons;
}

function leaning({ value, side, films }: AxisReason): string {
  const towards = `you lean towards ${side}${films.length === 0 ? '' : ` (${films.join(', ')})`}`;
  return value > 0 ? towards : `${towards}, the film the other way`;
}

/** What is missing comes first; a reason that outweighs the others is said to. */
function wording(reasons: readonly Reason[], { basis }: Summarized): string {
  const missing: string[] = [];
  if (basis === 'COLD_USER' || basis === 'COLD_BOTH') missing.push('you have rated nothing yet');
  if (basis === 'COLD_MOVIE' || basis === 'COLD_BOTH') missing.push('nobody has rated this film yet');
  if (reasons.length === 0) return missing.length === 0 ? 'you and the film are both close to the average' : joined(missing);
  const total = reasons.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const most = reasons.find(({ value }) => Math.abs(value) >= DOMINANT * total);
  if (reasons.length === 1 || missing.length > 0 || most === undefined) return joined([...missing, ...reasons.map(({ text }) => text)]);
  const others = reasons.filter((reason) => reason !== most).map(({ text }) => text);
  return `mostly because ${most.text}; also, ${joined(others)}`;
}

/** "a", "a and b", "a, b and c"; with semicolons where a part has a comma of its own. */
function joined(parts: readonly string[]): string {
  const comma = parts.some((part) => part.includes(',')) ? ';' : ',';
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(`${comma} `)}${comma === ';' ? ';' : ''} and ${parts.at(-1)}`;
}
