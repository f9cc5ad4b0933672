import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/domain.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { takeCarried } from '../../../src/engine/training/carried.ts';
import { fitLiveModel } from '../../../src/engine/training/fit.ts';
import { fitMembers } from '../../../src/engine/training/members.ts';
import { type TrainingInput, type TrainingOutcome, train } from '../../../src/engine/training/train.ts';
import { logOf, stateOf, syntheticTable, userSide } from '../online/support.ts';

const SCALE = { min: 1, max: 5, step: 0.5 };
const LOG = logOf(syntheticTable({ users: 30, movies: 40, ratings: 800 }, 4));
/** Events before the ratings. */
const HEAD = LOG.findIndex(({ body }) => body.kind === 'rated');

/** The log with this many ratings. */
const logWith = (ratings: number) => LOG.slice(0, HEAD + ratings);

/** The model without a fit that has served so far. */
function servedTo(log: readonly LogEvent[]): LiveModel {
  const model = LiveModel.untrained(SCALE, 10, 0);
  for (const { sequence, body } of log) model.apply(sequence, body);
  return model;
}

const OPTIONS: TrainingInput['options'] = {
  seed: 2,
  hybrid: false,
  factorizationFirst: true,
  fitMembers: async (...job) => fitMembers(...job),
  openDevice: async () => null,
};

function trainOn(log: readonly LogEvent[], carried = takeCarried(servedTo(log))): Promise<TrainingOutcome> {
  return only({ events: log, baseSequence: log.at(-1)!.sequence, version: 7, scale: SCALE, carried, options: OPTIONS });
}

/** The one version that a training of the factorization publishes. */
async function only(input: TrainingInput): Promise<TrainingOutcome> {
  const outcomes: TrainingOutcome[] = [];
  await train(input, (outcome) => outcomes.push(outcome));
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!;
}

describe('a training', () => {
  it('holds nothing out below 500 ratings', async () => {
    const { model, holdout, refusedBecause } = await trainOn(logWith(499));
    expect(holdout).toEqual([]);
    expect(refusedBecause).toBeNull();
    expect([model.version, model.sequence, model.ratingsAtFit]).toEqual([7, HEAD + 499, 499]);
  });

  it('holds out the newest 2 % from 500 on, and predicts each before it learns it', async () => {
    const log = logWith(800);
    const { model, holdout } = await trainOn(log);
    expect(holdout[0]!.metrics.ratings).toBe(16);
    expect([model.version, model.sequence, model.ratingsAtFit]).toEqual([7, HEAD + 800, 800]);
    expect((await trainOn(logWith(500))).holdout[0]!.metrics.ratings).toBe(10);

    // The same by hand: a fit of what came before, then the rest one by one.
    const data = new LiveData(SCALE);
    for (const event of log.slice(0, -16)) data.fold(event);
    const plain = fitLiveModel(data, { version: 7, sequence: HEAD + 784 }, { seed: 2 });
    for (const { sequence, body } of log.slice(-16)) plain.apply(sequence, body);
    expect(holdout).toEqual([{ model: 'MF', metrics: plain.metrics.metrics(1) }]);
    for (const id of ['u0', 'u7']) {
      const { 'variational p': p, 'variational v': v } = userSide(plain, id);
      expect(userSide(model, id)).toMatchObject({ 'variational p': p, 'variational v': v });
    }
  });

  it('takes what people said and did beside rating: withdrawn ratings are gone, side information is there', async () => {
    const [first] = logWith(1).slice(-1);
    if (first!.body.kind !== 'rated') throw new Error('not a rating');
    const { userId, movieId } = first!.body;
    const base = logWith(499);
    const more = [
      ...base,
      { ...first!, sequence: HEAD + 500, body: { kind: 'withdrawn', userId, movieId } as const },
      {
        ...first!,
        sequence: HEAD + 501,
        body: { kind: 'moviePut', movie: { id: 'unseen', title: 'Unseen', year: 1999, genres: ['War'] } } as const,
      },
    ];
    const { model } = await trainOn(more);
    expect(model.ratingsAtFit).toBe(498);
    expect(model.data.ratings.find(model.rowOfUser(userId), model.rowOfMovie(movieId))).toBe(-1);
    expect(model.data.movieRecords[model.data.movies.find('unseen')!]!.genres).toEqual(['War']);
    expect(model.sequence).toBe(HEAD + 501);
  });

  it("goes on with the serving model's mood and times, also in the anchors from which changes are replayed", async () => {
    const log = logWith(600);
    const serving = servedTo(log);
    const { model } = await trainOn(log);
    for (const id of ['u3', 'u11']) {
      for (const part of ['users', 'anchors'] as const) {
        const side = userSide(model, id, part);
        const was = userSide(serving, id);
        expect(side['variational last']).toEqual(was['variational last']);
        expect(side['variational mood']).toEqual(was['variational mood']);
      }
    }
  });

  it('is refused when the active version had been much closer to the same ratings', async () => {
    const log = logWith(800);
    const carried = takeCarried(servedTo(log));
    const recent = carried.metrics.recent.slice();
    for (let at = 0; at < recent.length; at += 3) recent[at + 1] = recent[at + 2]!; // predicted exactly what came
    const refused = await trainOn(log, { ...carried, version: 3, metrics: { ...carried.metrics, recent } });
    expect(refused.refusedBecause).toMatch(/newest 16 ratings/);
    expect(refused.model.sequence).toBe(HEAD + 800); // kept all the same
    expect((await trainOn(log, { ...carried, version: 3 })).refusedBecause).toBeNull();
    expect((await trainOn(log, { ...carried, version: 0, metrics: { ...carried.metrics, recent } })).refusedBecause).toBeNull();
  });

  it('gives the same version for the same log and seed', async () => {
    expect(stateOf((await trainOn(logWith(600))).model)).toEqual(stateOf((await trainOn(logWith(600))).model));
  });
});
