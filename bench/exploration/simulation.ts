import type { MovieRecord, Strategy } from '../../src/domain.ts';
import { type DemoData, demoData } from '../../src/engine/data/demoData.ts';
import { selectRows } from '../../src/engine/data/ratingTable.ts';
import { Random } from '../../src/engine/math/random.ts';
import { type LiveModel, SERVED_MEMBERS } from '../../src/engine/online/liveModel.ts';
import { recommend } from '../../src/engine/ranking/recommend.ts';
import { dataOf } from '../../src/engine/training/lessons.ts';
import { fitMembers, type MemberFits, modelOfFits } from '../../src/engine/training/members.ts';
import { fitTaste, type TasteFit } from '../../src/engine/training/taste.ts';

export const STRATEGIES: readonly Strategy[] = ['EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON', 'RELEVANCE'];
/** A film drawn at random each time: what there is to lose. */
export const POLICIES = [...STRATEGIES, 'RANDOM'] as const;
export type Policy = (typeof POLICIES)[number];

export interface SimulationSize {
  /** People who arrive after the model was fitted. */
  readonly newcomers: number;
  /** Films that each is shown, one after the other. */
  readonly rounds: number;
  readonly users?: number;
  readonly ratings?: number;
}

/** Seconds between two films of a person: nobody is still in the mood of the last one. */
const BETWEEN = 3_600;

/**
 * People whose taste is known arrive at a fitted model and watch what it shows them, one film a round, which they rate and it learns
 * from. Regret of a round: the best mean rating among the films they have not seen, minus that of the film they are shown.
 * Every policy meets the same people, and the same film is given the same rating whoever shows it.
 * @returns cumulative regret by policy, mean over the newcomers, rating points [rounds]
 */
export function simulate(films: readonly MovieRecord[], seed: number, size: SimulationSize): Map<Policy, Float64Array> {
  const demo = demoData(films, seed, { ...(size.users && { users: size.users }), ...(size.ratings && { ratings: size.ratings }) });
  const users = demo.table.users.length;
  const known = Array.from(demo.table.r.keys()).filter((row) => demo.table.u[row]! < users - size.newcomers);
  const fits = fitMembers(selectRows(demo.table, known), { seed, members: SERVED_MEMBERS });
  const taste = fitTaste(fits, seed);
  return new Map(POLICIES.map((policy) => [policy, regretOf(policy, demo, fits, taste, seed, size)]));
}

function regretOf(policy: Policy, demo: DemoData, fits: MemberFits, taste: TasteFit, seed: number, size: SimulationSize): Float64Array {
  const { table, truth } = demo;
  const model = modelOfFits(fits, dataOf(fits.table), { version: 1, sequence: fits.table.r.length }, { taste });
  const people = Array.from({ length: size.newcomers }, (_, n) => table.users.length - size.newcomers + n);
  const unseen = new Map(people.map((u) => [u, new Set(table.movies.keys())]));
  const start = table.time.at(-1)!;
  const cumulative = new Float64Array(size.rounds);
  let sum = 0;
  for (let round = 0; round < size.rounds; round += 1) {
    for (const u of people) {
      const open = unseen.get(u)!;
      const i = choose(policy, model, u, open, new Random(seed, round * table.users.length + u));
      const best = Math.max(...Array.from(open, (film) => truth.expected(u, film)));
      sum += (best - truth.expected(u, i)) / size.newcomers;
      open.delete(i);
      const rating = truth.draw(u, i, new Random(seed, table.users.length * size.rounds + u * table.movies.length + i));
      const ratedAt = (start + (round + 1) * BETWEEN) * 1000;
      const [userId, movieId] = [table.users[u]!.id, table.movies[i]!.id];
      model.apply(model.sequence + 1, { kind: 'rated', userId, movieId, rating, ratedAt });
    }
    cumulative[round] = sum;
  }
  return cumulative;
}

function choose(policy: Policy, model: LiveModel, u: number, open: ReadonlySet<number>, random: Random): number {
  if (policy === 'RANDOM') return [...open][random.below(open.size)]!;
  const request = { n: 1, model: 'MF', strategy: policy, filter: {}, diversity: 0, popularity: 0, includeRated: false } as const;
  const [best] = recommend(model, model.data.userRecords[u]!.id, request);
  return model.data.movies.find(best!.prediction.movieId)!;
}
