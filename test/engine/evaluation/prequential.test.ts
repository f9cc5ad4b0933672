import { describe, expect, it } from 'vitest';
import { inTimeOrder, type RatingTable, selectRows } from '../../../src/engine/data/ratingTable.ts';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { prequential, type StreamOptions } from '../../../src/engine/evaluation/prequential.ts';
import { servedModel } from '../../../src/engine/evaluation/servedModels.ts';
import { type EvaluatedModel, type Forecast, familyOfOne } from '../../../src/engine/models/model.ts';

const clock = () => 0;
const OPTIONS = { warm: null, frozen: false, withhold: 0, seed: 1, clock };

/** Ratings of user 0 for films 0, 1, 2 .., at these seconds. */
function tableAt(times: readonly number[], u: readonly number[] = times.map(() => 0)): RatingTable {
  const { table } = syntheticRatings({ users: 3, movies: 20, ratings: 60 }, 1);
  return {
    ...table,
    u: Int32Array.from(u),
    i: Int32Array.from(times, (_, row) => row),
    r: Float64Array.from(times, (_, row) => 1 + (row % 5)),
    time: Float64Array.from(times),
  };
}

/** Writes down what is asked of it; predicts how many ratings it has learned since its fit. */
class Diary implements EvaluatedModel {
  readonly lines: string[] = [];
  private learned = 0;

  fit(table: RatingTable): void {
    this.learned = 0;
    this.lines.push(`fit ${table.r.length}`);
  }

  predictOne(_u: number, i: number): Forecast {
    this.lines.push(`predict ${i}`);
    return { mean: this.learned, variance: null };
  }

  learnOne(_u: number, i: number): void {
    this.learned += 1;
    this.lines.push(`learn ${i}`);
  }

  rankingScore(): number {
    return 0;
  }
}

/** One model's stream. */
async function stream(create: () => EvaluatedModel, table: RatingTable, options: StreamOptions) {
  const results = await prequential(() => familyOfOne('it', create(), clock), table, options);
  return results.get('it')!;
}

describe('a stream', () => {
  it('predicts each rating before it learns it, and a page whole before any of it is learned', async () => {
    const diary = new Diary();
    // Films 1 and 2 in one second by one user; film 3 in the same second by another.
    await stream(() => diary, tableAt([10, 20.1, 20.9, 20.95, 31], [0, 0, 0, 1, 1]), OPTIONS);
    expect(diary.lines).toEqual([
      'fit 0',
      ...['predict 0', 'learn 0'], // for the page and for the rating
      ...['predict 1', 'predict 2', 'learn 1', 'predict 2', 'learn 2'], // the second once with its page, once by itself
      ...['predict 3', 'learn 3'],
      ...['predict 4', 'learn 4'],
    ]);
  });

  it('scores per rating and per page by hand arithmetic', async () => {
    // Ratings 1, 2, 3, 4; one page. Predicted per rating: 0, 1, 2, 3; per page: 0 each.
    const { perRating, perPage, withheld } = await stream(() => new Diary(), tableAt([5, 5, 5, 5]), OPTIONS);
    expect(perRating.accuracy.rmse).toBeCloseTo(1, 12);
    expect(perPage.rmse).toBeCloseTo(Math.sqrt((1 + 4 + 9 + 16) / 4), 12);
    expect(withheld).toBeNull();
  });

  it('has a curve of its running error, and of what came since the point before', async () => {
    const table = tableAt(Array.from({ length: 450 }, (_, row) => 10 * row)); // two points apart, never two events: a point every 3
    const { curve, perRating } = await stream(() => new Diary(), { ...table, i: table.i.map((i) => i % 20) }, OPTIONS);
    expect(curve.map(({ events }) => events)).toEqual(Array.from({ length: 150 }, (_, at) => 3 * (at + 1)));
    expect(curve.at(-1)!.rmse).toBeCloseTo(perRating.accuracy.rmse, 12);
    // Ratings 1, 2, 3 of which 0, 1, 2 were learned: off by 1 each. Then 4, 5, 1 after 3, 4, 5.
    expect(curve[0]).toEqual({ events: 3, rmse: 1, coverage90: null, recentRmse: 1, recentCoverage90: null });
    expect(curve[1]!.recentRmse).toBeCloseTo(Math.sqrt((1 + 1 + 16) / 3), 12);
    expect(curve[1]!.rmse).toBeCloseTo(Math.sqrt((3 + 18) / 6), 12);
  });

  it('has a speed, which fits do not slow down', async () => {
    let now = 0;
    const diary = new Diary();
    const learnOne = diary.learnOne.bind(diary);
    diary.learnOne = (u, i) => {
      now += 2;
      learnOne(u, i);
    };
    diary.fit = () => {
      now += 1_000_000;
    };
    const { eventsPerSecond } = await stream(() => diary, tableAt([1, 2, 3, 4]), { ...OPTIONS, clock: () => now });
    expect(eventsPerSecond).toBe(500);
  });

  it('refits on the schedule when it starts from nothing, and never when it starts warm', async () => {
    const { table } = syntheticRatings({ users: 20, movies: 30, ratings: 450 }, 1);
    const fits = async (warm: number | null, frozen: boolean) => {
      const diary = new Diary();
      await stream(() => diary, table, { ...OPTIONS, warm, frozen });
      return {
        fits: diary.lines.filter((line) => line.startsWith('fit')),
        learned: diary.lines.filter((line) => line.startsWith('learn')).length,
      };
    };
    expect(await fits(null, false)).toEqual({ fits: ['fit 0', 'fit 50', 'fit 100', 'fit 200', 'fit 400'], learned: 450 });
    expect(await fits(0.5, false)).toEqual({ fits: ['fit 225'], learned: 225 });
    expect(await fits(0.5, true)).toEqual({ fits: ['fit 225'], learned: 0 });
  });

  it('learns nothing that is withheld, and predicts that at the end, beside a frozen and a fresh fit', async () => {
    const { table } = syntheticRatings({ users: 20, movies: 30, ratings: 400 }, 1);
    const diaries: Diary[] = [];
    const create = () => {
      diaries.push(new Diary());
      return diaries.at(-1)!;
    };
    const { withheld } = await stream(create, table, { ...OPTIONS, warm: 0.5, withhold: 0.3 });
    const count = (diary: Diary, word: string) => diary.lines.filter((line) => line.startsWith(word)).length;
    const [online, frozen, fresh] = diaries;
    const learned = count(online!, 'learn');
    const held = 200 - learned;
    expect(held).toBeGreaterThan(35); // of 200, 60 expected, four standard errors 26
    expect(held).toBeLessThan(85);
    expect(count(online!, 'predict')).toBe(200 + held);
    expect(frozen!.lines.filter((line) => !line.startsWith('predict'))).toEqual(['fit 200']);
    expect(fresh!.lines.filter((line) => !line.startsWith('predict'))).toEqual([`fit ${200 + learned}`]);
    const last = (diary: Diary) => diary.lines.slice(-held);
    expect(last(frozen!)).toEqual(last(online!));
    expect(last(fresh!)).toEqual(last(online!));
    expect(withheld!.fresh).toBe(withheld!.frozen); // both predict 0
    expect(withheld!.online).toBeGreaterThan(withheld!.fresh); // it predicts the count of what it learned
    expect(withheld!.ratings).toBe(held);
    expect(withheld!.low).toBeGreaterThan(0);
    expect(withheld!.low).toBeLessThan(withheld!.online - withheld!.fresh);
    expect(withheld!.high).toBeGreaterThan(withheld!.online - withheld!.fresh);
  });

  it('is taken in time order: equal times as given, unknown ones last', async () => {
    const table = tableAt([30, Number.NaN, 10, 30, 10]);
    expect([...inTimeOrder(table).i]).toEqual([2, 4, 0, 3, 1]);
  });

  it('is learned so well online that most of the gap between a frozen and a fresh fit is closed', async () => {
    const { table } = syntheticRatings({ users: 300, movies: 200, ratings: 15_000, taste: 0.7, noise: 0.5 }, 5);
    // Users come one after the other: those of the last fifth, as much as lies between two refits, are new to the first fit.
    const rows = [...table.r.keys()].sort((left, right) => table.u[left]! - table.u[right]! || left - right);
    const inTurn = selectRows(table, rows);
    const options = { ...OPTIONS, warm: 0.8, withhold: 0.2, seed: 3 };
    const { withheld } = await stream(() => servedModel('mf', { seed: 1 }), inTurn, options);
    const { online, frozen, fresh } = withheld!;
    expect(frozen - fresh).toBeGreaterThan(0.05);
    expect((frozen - online) / (frozen - fresh)).toBeGreaterThan(0.85);
    expect(online - fresh).toBeLessThan(0.017);
  });
});
