import { describe, expect, it } from 'vitest';
import { evaluationPage } from '../../src/commands/evaluationPage.ts';
import { type Figures, figuresOf, type Report } from '../../src/commands/evaluationReport.ts';
import { reportTable } from '../../src/commands/evaluationTable.ts';
import { Quality } from '../../src/engine/evaluation/quality.ts';
import { StreamCurve } from '../../src/engine/evaluation/streamCurve.ts';

/** Figures of 40 predictions that are off by `error`. */
function figures(error: number, variance: number | null): Figures {
  const quality = new Quality();
  const curve = new StreamCurve(40);
  for (let t = 0; t < 40; t += 1) {
    const mean = 3 + (t % 2 === 0 ? error : -error);
    quality.add({ mean, variance }, 3, 1 + t);
    curve.add({ mean, variance }, 3);
  }
  return { ...figuresOf(quality.summary(), 1.5), curve: curve.finish(), eventsPerSecond: 123_456 };
}

const REPORT: Report = {
  seed: 0,
  split: 'files of <b>somebody</b>',
  train: { ratings: 80_000, users: 943, movies: 1_650 },
  test: { ratings: 40 },
  models: { sgd: figures(1, null), mf: figures(0.5, 0.25) },
  comparisons: [{ model: 'mf', against: 'sgd', difference: -0.5, low: -0.6, high: -0.4, isReal: true }],
};
const LOSSES = [1, 2, 3].flatMap((epoch) => [
  { part: 'sampled', epoch, loss: 5 / epoch, rmse: 1 / epoch },
  { part: 'bnn', epoch, loss: 1 / epoch, rmse: null },
]);
const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

describe('the page of an evaluation', () => {
  const page = evaluationPage(REPORT, LOSSES);

  it('has a chart of doubt against error, of intervals, of activity, of the stream and of training', () => {
    const titles = [...page.matchAll(/<figcaption>([^<]*)</g)].map((match) => match[1]);
    expect(titles).toEqual([
      'Predicted doubt and error, by tenths of the doubt',
      'Intervals: what they say and what they hold',
      'Error by activity',
      'What the 90 % interval holds, by activity',
      'Running error',
      'Recent error',
      'What the 90 % interval has held',
      'sampled',
      'bnn',
    ]);
    expect(count(page, /class="diagonal"/g)).toBe(2);
  });

  it('has the figures, and plain words for what they mean', () => {
    expect(page).toMatch(/<td>mf<\/td><td>0\.5000<\/td>/);
    expect(page).toMatch(/<td>mf<\/td><td>sgd<\/td><td>-0\.5000<\/td><td>-0\.6000<\/td><td>-0\.4000<\/td><td>better<\/td>/);
    expect(page).toContain('123,456');
    expect(page).toContain('the lower the better');
  });

  it('needs no other host and no script, and holds what it was given as text', () => {
    expect(page).toContain('files of &lt;b&gt;somebody&lt;/b&gt;');
    expect(page).not.toMatch(/<script|https?:|\bsrc=|@import|url\(|NaN|undefined/);
  });

  it('leaves out what there is nothing of', () => {
    const { models } = REPORT;
    const { curve, eventsPerSecond, ...sgd } = models.sgd!;
    const plain = evaluationPage({ ...REPORT, models: { sgd }, comparisons: [] }, []);
    expect(count(plain, /<figure>/g)).toBe(0);
    expect(count(plain, /<h2>/g)).toBe(1);
  });
});

describe('the table of an evaluation', () => {
  it('is as wide as the terminal, says whether a difference is one, and has no colour', () => {
    const text = reportTable(REPORT, 60);
    expect(text).toMatch(/\nmf +sgd +-0\.5000 +-0\.6000 +-0\.4000 +better\n/);
    for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).not.toContain('\u001b');
    expect(reportTable(REPORT)).toMatch(/\nmodel +RMSE +MAE +NLL +CRPS +sharpness +50 % +80 % +90 % +95 % +events\/s +fit s\n/);
  });
});
