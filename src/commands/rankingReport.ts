import type { NextSummary } from '../engine/evaluation/nextLiked.ts';
import type { RankingSummary } from '../engine/evaluation/ranking.ts';
import type { KnobFigures, Knobs, ListFigures } from '../engine/evaluation/strategies.ts';

/** What `evaluate --ranking` prints: one row a way to make lists, or a number of answers after which they are made. */
export interface RankingReport {
  readonly seed: number;
  readonly ranking: string;
  readonly data: { readonly ratings: number; readonly users: number; readonly movies: number };
  readonly rows: Readonly<Record<string, NextSummary | RankingSummary | ListFigures>>;
}

/** Every figure that a row of lists may have. */
type Row = Partial<NextSummary & KnobFigures>;

const COLUMNS: readonly (readonly [string, (row: Row) => number | null | undefined])[] = [
  ['NDCG@10', ({ ndcgAt10 }) => ndcgAt10],
  ['Recall@10', ({ recallAt10 }) => recallAt10],
  ['coverage', ({ coverage }) => coverage],
  ['popularity', ({ meanPopularity }) => meanPopularity],
  ['long tail', ({ longTailShare }) => longTailShare],
  ['similarity', ({ genreSimilarity }) => genreSimilarity],
];

export function rankingTable({ ranking, data, rows, seed }: RankingReport): string {
  const [first] = Object.values(rows) as Row[];
  const judged = first?.targets === undefined ? `${first?.users ?? 0} users` : `${first.targets} liked movies`;
  const head = `${data.ratings} ratings, ${data.users} users, ${data.movies} movies; ${ranking}: ${judged} judged; seed ${seed}`;
  return `${[head, ...listRows('lists', rows)].join('\n')}\n`;
}

export function strategyRows(strategies: Readonly<Record<string, ListFigures>>): string[] {
  return listRows('strategy', strategies);
}

export function knobRows({ diversity, popularity }: Knobs): string[] {
  return [
    ...listRows('diversity', Object.fromEntries(diversity.map((row) => [row.diversity.toFixed(2), row]))),
    ...listRows('popularity', Object.fromEntries(popularity.map((row) => [row.popularity.toFixed(2), row]))),
  ];
}

/** A heading and one line a row, columns without a figure left out. */
function listRows(heading: string, rows: Readonly<Record<string, Row>>): string[] {
  const shown = COLUMNS.filter(([, value]) => Object.values(rows).some((row) => typeof value(row) === 'number'));
  const line = (name: string, cells: readonly string[]) => `${name.padEnd(22)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  return [
    line(
      heading,
      shown.map(([name]) => name),
    ),
    ...Object.entries(rows).map(([name, row]) =>
      line(
        name,
        shown.map(([, value]) => value(row)?.toFixed(4) ?? '–'),
      ),
    ),
  ];
}
