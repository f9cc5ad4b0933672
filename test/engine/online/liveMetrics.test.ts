import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { gaussianCrps } from '../../../src/engine/math/scoring.ts';
import { LiveMetrics } from '../../../src/engine/online/liveMetrics.ts';

const LOG_ROOT_2PI = 0.5 * Math.log(2 * Math.PI);
const DECAY = 0.5 ** (1 / 1000);

/** A metric that has seen `count` random predictions, at the sequences 1, 2 and so on. */
function fed(count: number, seed = 1): LiveMetrics {
  const metrics = new LiveMetrics();
  feed(metrics, 1, count, new Random(seed));
  return metrics;
}

function feed(metrics: LiveMetrics, from: number, count: number, random: Random): void {
  for (let sequence = from; sequence < from + count; sequence += 1) {
    metrics.observe(sequence, 1 + 4 * random.uniform(), 0.1 + random.uniform(), 1 + random.below(5));
  }
}

describe('live metrics', () => {
  it('are null before the first rating', () => {
    const metrics = new LiveMetrics();
    expect([metrics.metrics(1), metrics.runningMetrics(1), metrics.runningSquare()]).toEqual([null, null, null]);
    expect(metrics.points(10, 1)).toEqual([]);
    expect(metrics.recentPredictions().size).toBe(0);
  });

  it('agree with hand arithmetic over the first few ratings', () => {
    const metrics = new LiveMetrics();
    metrics.observe(1, 3, 1, 4); // error 1, one standard deviation
    metrics.observe(2, 4, 4, 2); // error -2, one standard deviation
    metrics.observe(3, 2, 0.25, 2); // error 0
    metrics.observe(4, 1, 1, 4); // error 3, three standard deviations
    const total = metrics.metrics(1)!;
    expect(total.ratings).toBe(4);
    expect(total.rmse).toBeCloseTo(Math.sqrt(14 / 4), 12);
    expect(total.mae).toBeCloseTo(6 / 4, 12);
    // Mean of ½ ln 2π + ln σ + z²/2, with z² of 1, 1, 0 and 9; the logarithms of σ cancel.
    expect(total.nll).toBeCloseTo(LOG_ROOT_2PI + 11 / 8, 12);
    expect(total.crps).toBeCloseTo((gaussianCrps(1, 1) + gaussianCrps(-2, 2) + gaussianCrps(0, 0.5) + gaussianCrps(3, 1)) / 4, 12);
    // Half-widths in standard deviations: .674, 1.282, 1.645, 1.960.
    expect([total.coverage50, total.coverage80, total.coverage90, total.coverage95]).toEqual([0.25, 0.75, 0.75, 0.75]);
  });

  it('weigh a rating half as much after 1,000 more, corrected for the start', () => {
    const metrics = new LiveMetrics();
    metrics.observe(1, 3, 1, 5); // square 4
    expect(metrics.runningSquare()).toBeCloseTo(4, 12); // the first one counts whole
    for (let sequence = 2; sequence <= 1001; sequence += 1) metrics.observe(sequence, 3, 1, 3);
    const weights = (1 - DECAY ** 1001) / (1 - DECAY);
    expect(metrics.runningSquare()).toBeCloseTo((4 * 0.5) / weights, 12);
    expect(metrics.runningMetrics(1)!.rmse).toBeCloseTo(Math.sqrt((4 * 0.5) / weights), 12);
    expect(metrics.metrics(1)!.rmse).toBeCloseTo(Math.sqrt(4 / 1001), 12);
  });

  it('are in rating points: errors times the points a unit, densities divided by them', () => {
    const metrics = fed(30);
    const [unit, stars] = [metrics.metrics(1)!, metrics.metrics(25)!];
    for (const name of ['rmse', 'mae', 'crps'] as const) expect(stars[name]! / unit[name]!).toBeCloseTo(25, 10);
    expect(stars.nll! - unit.nll!).toBeCloseTo(Math.log(25), 12);
    expect([stars.coverage50, stars.coverage95, stars.ratings]).toEqual([unit.coverage50, unit.coverage95, 30]);
  });

  it('start from nothing for a new version, while the running figures and the curve go on', () => {
    const metrics = fed(250);
    const before = metrics.runningSquare();
    metrics.startVersion();
    expect(metrics.metrics(1)).toBeNull();
    expect(metrics.runningSquare()).toBe(before);
    expect(metrics.points(10, 1)).toHaveLength(2);
    metrics.observe(251, 3, 1, 5);
    expect(metrics.metrics(1)).toMatchObject({ ratings: 1, rmse: 2 });
  });

  it('keep a point of the curve every 100 ratings, with the running figures of that moment', () => {
    const metrics = new LiveMetrics();
    const random = new Random(2);
    const expected: object[] = [];
    for (let block = 0; block < 5; block += 1) {
      feed(metrics, 1 + 100 * block, 100, random);
      const { rmse, nll, coverage90 } = metrics.runningMetrics(2)!;
      expected.push({ sequence: 100 * (block + 1), rmse, nll, coverage90 });
    }
    feed(metrics, 501, 99, random);
    const points = metrics.points(10, 2);
    expect(points.map(({ sequence }) => sequence)).toEqual([100, 200, 300, 400, 500]);
    points.forEach((point, at) => {
      for (const [name, value] of Object.entries(expected[at]!)) expect(point[name as keyof typeof point]).toBeCloseTo(value, 12);
    });
    expect(metrics.points(2, 2).map(({ sequence }) => sequence)).toEqual([400, 500]);
  });

  it('keep the newest predictions by sequence', () => {
    const metrics = new LiveMetrics();
    metrics.observe(7, 3.25, 1, 4);
    metrics.observe(9, 2.5, 1, 1);
    expect([...metrics.recentPredictions()]).toEqual([
      [7, { score: 3.25, rating: 4 }],
      [9, { score: 2.5, rating: 1 }],
    ]);
    const saved = fed(9_000).save().recent;
    expect(saved.filter((_, at) => at % 3 === 0)).toEqual(Float64Array.from({ length: 2_000 }, (_, at) => 7_001 + at));
  });

  it('go on after a load as if they had never been saved', () => {
    const [one, loaded] = [fed(3_456), new LiveMetrics()];
    const state = one.save();
    loaded.load(state);
    expect(loaded.save()).toEqual(state);
    const copy = structuredClone(state);
    feed(one, 3_457, 2_700, new Random(8));
    expect(state).toEqual(copy); // what was saved does not follow
    feed(loaded, 3_457, 2_700, new Random(8));
    expect(loaded.save()).toEqual(one.save());
    expect(loaded.metrics(1)).toEqual(one.metrics(1));
  });
});
