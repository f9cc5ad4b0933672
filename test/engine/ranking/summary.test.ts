import { describe, expect, it } from 'vitest';
import type { PredictionBasis } from '../../../src/domain.ts';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { type Summarized, summaryOf } from '../../../src/engine/ranking/summary.ts';
import { fittedTo, logOf } from '../online/support.ts';

const SCALE = { min: 1, max: 5, step: 0.5 };
const NOTABLE = 0.08;

function summarized(given: Partial<Summarized>): Summarized {
  return {
    basis: 'LEARNED',
    scale: SCALE,
    score: 3.5,
    standardDeviation: 0.9,
    user: 0,
    movie: 0,
    axes: [],
    others: 0,
    graph: 0,
    ...given,
  };
}

/** The reasons of a sentence, as it was put together. */
function reasonsIn(summary: string): string {
  return /^Predicted [\d.]+, give or take [\d.]+: (.+)\.$/.exec(summary)![1]!;
}

describe('a summary turned back into numbers', () => {
  const { table } = syntheticRatings({ users: 60, movies: 80, ratings: 3_000, taste: 0.9, noise: 0.4 }, 6);
  const model = fittedTo(logOf(table));

  it('agrees with the contributions', () => {
    const said = { user: 0, movie: 0, axis: 0, taste: 0 };
    for (let u = 0; u < 60; u += 1) {
      for (let i = u % 7; i < 80; i += 7) {
        const prediction = predictRating(model, `u${u}`, `m${i}`);
        const { summary, contributions } = prediction.explain();
        const value = (kind: string) => contributions.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.value, 0);
        const numbers = /^Predicted ([\d.]+), give or take ([\d.]+): /.exec(summary)!;
        expect(Math.abs(Number(numbers[1]) - prediction.score)).toBeLessThanOrEqual(0.05 + 1e-9);
        expect(Math.abs(Number(numbers[2]) - prediction.standardDeviation)).toBeLessThanOrEqual(0.05 + 1e-9);
        const signOf = (words: RegExp, positive: string) => {
          const match = words.exec(summary);
          return match === null ? 0 : match[1] === positive ? 1 : -1;
        };
        const expected = (amount: number) => (Math.abs(amount) > NOTABLE ? Math.sign(amount) : 0);
        expect(signOf(/you rate (higher|lower) than most/, 'higher')).toBe(expected(value('USER')));
        expect(signOf(/the film is liked (more|less) than most/, 'more')).toBe(expected(value('MOVIE')));
        const axes = contributions.filter(({ factor }) => factor !== null).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
        const notable = axes.slice(0, 2).filter((one) => Math.abs(one.value) > NOTABLE);
        expect(summary.split('you lean towards').length - 1).toBe(notable.length);
        expect(summary.split('the film the other way').length - 1).toBe(notable.filter((one) => one.value < 0).length);
        if (notable.length === 0) {
          const taste = signOf(/your taste speaks (for|against) it/, 'for');
          expect(taste).toBe(expected(value('FACTOR')));
          said.taste += Math.abs(taste);
        } else expect(summary).not.toContain('your taste speaks');
        for (const { factor, value: amount } of notable) {
          const { high, low, order } = model.axes!.described[factor!.index]!;
          const ends = [order.slice(0, 2), order.slice(-2).reverse()].map((films) =>
            Array.from(films, (film) => model.data.movieRecords[film]!.title).join(', '),
          );
          expect([`towards ${high} (${ends[0]})`, `towards ${low} (${ends[1]})`].filter((end) => summary.includes(end))).not.toEqual([]);
          expect(amount).not.toBe(0);
          said.axis += 1;
        }
        said.user += Math.abs(expected(value('USER')));
        said.movie += Math.abs(expected(value('MOVIE')));
      }
    }
    for (const count of Object.values(said)) expect(count).toBeGreaterThan(10);
  });
});

describe('a summary', () => {
  it.each([
    [{ movie: 0.6, user: -0.1 }, 'mostly because the film is liked more than most; also, you rate lower than most'],
    [{ movie: -0.6 }, 'the film is liked less than most'],
    [{ movie: 0.3, user: 0.3 }, 'you rate higher than most and the film is liked more than most'],
    [{}, 'you and the film are both close to the average'],
    [{ others: -0.2 }, 'your taste speaks against it'],
    [
      { user: 0.3, axes: [{ value: 0.3, side: 'war', films: ['Glory', 'Platoon'] }] },
      'you rate higher than most; and you lean towards war (Glory, Platoon)',
    ],
    [{ axes: [{ value: -0.3, side: 'war', films: ['Glory'] }] }, 'you lean towards war (Glory), the film the other way'],
  ] as [Partial<Summarized>, string][])('of %o says: %s', (given, reasons) => {
    expect(reasonsIn(summaryOf(summarized(given)))).toBe(reasons);
  });

  it('says of who or what is new that nothing is known, and nothing of how it is liked', () => {
    const given = { user: 0.5, movie: 0.5, graph: 0.5, axes: [{ value: 0.5, side: 'war', films: [] }] };
    const reasons = (basis: PredictionBasis) => reasonsIn(summaryOf(summarized({ ...given, basis })));
    expect(reasons('COLD_USER')).toBe('you have rated nothing yet and the film is liked more than most');
    expect(reasons('COLD_BOTH')).toBe('you have rated nothing yet and nobody has rated this film yet');
    expect(reasons('COLD_MOVIE')).toBe('nobody has rated this film yet, you rate higher than most and you lean towards war');
  });

  it.each([
    [0.081, 'more'],
    [-0.081, 'less'],
    [0.079, null],
  ] as const)('says of a graph that moved the score by %s: %s', (graph, word) => {
    const summary = summaryOf(summarized({ graph }));
    expect(/people who rated like you like it (more|less) than your own tastes say/.exec(summary)?.[1] ?? null).toBe(word);
  });
});
