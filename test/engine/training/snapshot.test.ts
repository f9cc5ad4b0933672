import { describe, expect, it } from 'vitest';
import { LiveModel, MEMBER_RULES } from '../../../src/engine/online/liveModel.ts';
import { metadataOf, modelSettings, restoreSnapshot, takeSnapshot } from '../../../src/engine/training/snapshot.ts';
import { applyAll, bytesOf, copyOf, fittedTo, logOf, randomEvents, rated, syntheticTable } from '../online/support.ts';

const TABLE = syntheticTable({ users: 30, movies: 35, ratings: 500 }, 5);

function expectSameBytes(one: LiveModel, other: LiveModel): void {
  expect(Buffer.compare(bytesOf(one), bytesOf(other))).toBe(0);
}

const MODELS: readonly [string, () => LiveModel][] = [
  ['fitted', () => fittedTo(logOf(TABLE))],
  ['of several members', () => fittedTo(logOf(TABLE), Object.keys(MEMBER_RULES))],
  ['before the first fit', () => LiveModel.untrained({ min: 0.5, max: 5, step: 0.5 }, 10, 3)],
];

describe.each(MODELS)('a snapshot of a model %s', (_, create) => {
  function lived(): LiveModel {
    const model = create();
    applyAll(model, randomEvents(300, 1, 45, 50));
    // One user has more ratings than are replayed, so that some are part of the anchor.
    for (let i = 0; i < 220; i += 1) model.apply(model.sequence + 1, rated('u2', `long${i}`, 1 + (i % 9) / 2, 3e9 + i));
    applyAll(model, [
      { kind: 'notSeen', userId: 'u2', movieId: 'm1' },
      { kind: 'notSeen', userId: 'asked', movieId: 'm2' },
      { kind: 'rated', userId: 'answers', movieId: 'm3', rating: 4, ratedAt: null, onboarding: true },
    ]);
    expect(model.withdrawnPairs.size).toBeGreaterThan(0);
    return model;
  }

  it('gives a model of which a snapshot has the same bytes', () => {
    const model = lived();
    const restored = copyOf(model);
    expectSameBytes(restored, model);
    // Strangers too are predicted alike.
    const [users, movies] = [model.data.users.size, model.data.movies.size];
    for (const [u, i] of [
      [users, 3],
      [4, movies],
      [users, movies],
    ] as const)
      expect(restored.predict(u, i)).toEqual(model.predict(u, i));
  });

  it('shares no buffer with the model that it could change, so that another thread may have them all', () => {
    const model = lived();
    const untouched = copyOf(model);
    const buffers = [...takeSnapshot(model, modelSettings(0)).tensors.values()].map(({ data }) => data.buffer);
    structuredClone(null, { transfer: buffers.filter((buffer) => buffer instanceof ArrayBuffer) });
    for (const one of [model, untouched]) one.apply(one.sequence + 1, rated('newcomer', 'new film', 4, 4e9));
    expectSameBytes(model, untouched);
  });

  it('goes on as the model does, over 500 events with changed and withdrawn ratings, bit for bit', () => {
    const model = lived();
    const restored = copyOf(model);
    const events = randomEvents(500, 2, 60, 60);
    for (const [at, body] of events.entries()) {
      for (const one of [model, restored]) one.apply(one.sequence + 1, body);
      if (at % 100 === 99) expectSameBytes(restored, model);
    }
    const kinds = new Set(events.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['rated', 'withdrawn', 'userPut', 'moviePut']));
    expect(restored.predict(3, 4)).toEqual(model.predict(3, 4));
    expect(restored.predict(restored.data.users.size, restored.data.movies.size)).toEqual(
      model.predict(model.data.users.size, model.data.movies.size),
    );
    expect(restored.metrics.points(100, 1)).toEqual(model.metrics.points(100, 1));
  });

  it('shares nothing with the model it was taken from', () => {
    const model = lived();
    const snapshot = takeSnapshot(model, 'settings');
    const before = structuredClone(snapshot.tensors);
    applyAll(model, randomEvents(50, 3, 60, 60));
    expect(snapshot.tensors).toEqual(before);
  });
});

describe('a snapshot', () => {
  it('says what it is of', () => {
    const model = fittedTo(logOf(TABLE));
    const { version, sequence, ratingsAtFit, settings, scale } = metadataOf(takeSnapshot(model, modelSettings(7)));
    expect({ version, sequence, ratingsAtFit, scale }).toEqual({
      version: 1,
      sequence: model.sequence,
      ratingsAtFit: 500,
      scale: TABLE.scale,
    });
    expect(settings).toBe(modelSettings(7));
    expect(settings).not.toBe(modelSettings(8));
  });

  it('is refused when it is of another format, of an unknown member, or lacks a tensor', () => {
    const whole = takeSnapshot(fittedTo(logOf(TABLE)), 'settings');
    const altered = (from: string, to: string) => ({ ...whole, metadata: { tastegraph: whole.metadata.tastegraph!.replace(from, to) } });
    expect(() => restoreSnapshot({ ...whole, metadata: {} })).toThrow(/format/);
    expect(() => restoreSnapshot(altered('"format":4', '"format":5'))).toThrow(/format 4/);
    expect(() => restoreSnapshot(altered('"name":"variational"', '"name":"other"'))).toThrow(/member other/);
    const tensors = new Map([...whole.tensors].filter(([name]) => name !== 'variational.movies.q'));
    expect(() => restoreSnapshot({ ...whole, tensors })).toThrow(/variational\.movies\.q/);
  });
});
