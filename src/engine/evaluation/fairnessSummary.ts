import type { GroupError, GroupExposure } from '../../domain.ts';
import type { Exposure } from './exposure.ts';

/** How far shares or popularities must be apart to be called so. */
const APART = 1.1;
/** Movies and share of ratings below which a genre is too small to speak of. */
const LEAST_SHARE = 0.02;
/** Users below which a group is too small to speak of. */
const LEAST_USERS = 10;
/** Groups that are named. */
const NAMED = 3;

export interface Summarised {
  readonly exposure: Exposure;
  /** Of the ratings themselves: what the Gini of lists is held against. */
  readonly giniOfRated: number;
  readonly groups: readonly GroupError[];
  /** Of all predictions; null without any. */
  readonly rmse: number | null;
  /** What was sampled, and how the errors came about. */
  readonly basis: string;
}

/** What the figures say, for people who don't know their names. */
export function fairnessSummary({ exposure, giniOfRated, groups, rmse, basis }: Summarised): string[] {
  return [
    popularity(exposure),
    `Gini of how often each movie is shown: ${exposure.gini.toFixed(2)} (0: all as often, 1: one alone); of how often each is rated: ${giniOfRated.toFixed(2)}. ${percent(exposure.coverage)} of the movies are in somebody's list.`,
    `${percent(exposure.longTailShare)} of what is shown is long tail, movies outside the most rated ones that hold a third of the ratings; of what these users rated, ${percent(exposure.longTailOfRated)}.`,
    ...errors(groups, rmse),
    ...lists(groups),
    ...genres(exposure.byGroup),
    basis,
  ];
}

function popularity({ popularityOfRecommended: shown, popularityOfRated: rated }: Exposure): string {
  const verdict =
    shown > APART * rated
      ? `lists lean to popular movies, by ${percent(shown / rated - 1)}`
      : rated > APART * shown
        ? `lists lean to less popular movies, by ${percent(1 - shown / rated)}`
        : 'lists are as popular as what people choose themselves';
  return `A movie that is shown has ${shown.toFixed(1)} ratings on average, one that the same users rated ${rated.toFixed(1)}: ${verdict}.`;
}

function errors(groups: readonly GroupError[], rmse: number | null): string[] {
  if (rmse === null) return ['No rating has been predicted yet before it was learned, so there are no errors to compare.'];
  const told = groups.filter(({ users }) => users >= LEAST_USERS);
  const above = told.filter(({ rmseLow }) => rmseLow > rmse).sort((left, right) => right.rmse - left.rmse);
  const below = told.filter(({ rmseHigh }) => rmseHigh < rmse).sort((left, right) => left.rmse - right.rmse);
  const parts = [
    ...(above.length > 0 ? [`worse predicted: ${named(above)}`] : []),
    ...(below.length > 0 ? [`better predicted: ${named(below)}`] : []),
  ];
  const verdict = parts.length === 0 ? "no group's interval lies apart from it" : parts.join('; ');
  const chance = `Of ${told.length} intervals of 95 %, one in twenty would lie apart by chance alone.`;
  return [`The error is ${rmse.toFixed(3)} (RMSE); of groups of at least ${LEAST_USERS} users, ${verdict}. ${chance}`];
}

function named(groups: readonly GroupError[]): string {
  const shown = groups.slice(0, NAMED).map(({ attribute, group, rmse }) => `${attribute} ${group} (${rmse.toFixed(3)})`);
  return `${shown.join(', ')}${groups.length > NAMED ? ` and ${groups.length - NAMED} more` : ''}`;
}

/** The attribute whose groups get the most unlike lists. */
function lists(groups: readonly GroupError[]): string[] {
  const judged = groups.filter(({ ndcgAt10, users }) => ndcgAt10 !== null && users >= LEAST_USERS);
  if (groups.every(({ ndcgAt10 }) => ndcgAt10 === null))
    return ['How right lists are for each group (NDCG) is known only of ratings that were held back: tastegraph evaluate tells it.'];
  const spreads = [...new Set(judged.map(({ attribute }) => attribute))].map((attribute) => {
    const rows = judged.filter((group) => group.attribute === attribute).sort((left, right) => left.ndcgAt10! - right.ndcgAt10!);
    return { attribute, low: rows[0]!, high: rows.at(-1)! };
  });
  const widest = spreads.sort((left, right) => right.high.ndcgAt10! - right.low.ndcgAt10! - (left.high.ndcgAt10! - left.low.ndcgAt10!))[0];
  if (widest === undefined) return [`No group of at least ${LEAST_USERS} users has lists that can be judged.`];
  const { attribute, low, high } = widest;
  return [
    `Lists differ most by ${attribute}: NDCG@10 from ${low.ndcgAt10!.toFixed(3)} (${low.group}) to ${high.ndcgAt10!.toFixed(3)} (${high.group}), among groups of at least ${LEAST_USERS} users.`,
  ];
}

function genres(byGroup: readonly GroupExposure[]): string[] {
  const large = byGroup.filter(({ attribute, shareOfRated }) => attribute === 'genre' && shareOfRated >= LEAST_SHARE);
  const favour = ({ shareOfRated, shareOfRecommended }: GroupExposure) => shareOfRecommended / shareOfRated;
  const order = [...large].sort((left, right) => favour(right) - favour(left));
  const [most, least] = [order[0], order.at(-1)];
  if (most === undefined || least === undefined || favour(most) < APART * favour(least)) return [];
  const told = ({ group, shareOfRated, shareOfRecommended }: GroupExposure) =>
    `${group} (${percent(shareOfRecommended)} of what is shown, ${percent(shareOfRated)} of what is rated)`;
  return [`Most favoured genre: ${told(most)}; least: ${told(least)}.`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
