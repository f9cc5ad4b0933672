import { describe, expect, it } from 'vitest';
import { type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { ATTENTION_DEFAULTS } from '../../../src/engine/models/attention.ts';
import { HEAD_DEFAULTS } from '../../../src/engine/models/bayes.ts';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { takeCarried } from '../../../src/engine/training/carried.ts';
import { fitMembers } from '../../../src/engine/training/members.ts';
import { type TrainingOutcome, train } from '../../../src/engine/training/train.ts';
import { logOf, syntheticTable } from '../online/support.ts';

const SCALE = { min: 1, max: 5, step: 0.5 };
const LOG = logOf(syntheticTable({ users: 20, movies: 25, ratings: 260 }, 4));
/** Forward and backward run at each step: once on all lessons and, with few ratings, half as often on each half of them. */
const ATTENTION_STEPS = 2 * ATTENTION_DEFAULTS.steps;
/** Two heads, one batch an epoch. */
const HEAD_STEPS = 2 * HEAD_DEFAULTS.epochs;

async function trained(open: () => Promise<Device | null>): Promise<TrainingOutcome> {
  const outcomes: TrainingOutcome[] = [];
  await train(
    {
      events: LOG,
      baseSequence: LOG.at(-1)!.sequence,
      version: 1,
      scale: SCALE,
      carried: takeCarried(LiveModel.untrained(SCALE, 10, 0)),
      options: { seed: 2, hybrid: true, factorizationFirst: false, fitMembers: async (...job) => fitMembers(...job), openDevice: open },
    },
    (outcome) => outcomes.push(outcome),
  );
  return outcomes[0]!;
}

describe('a training with an open device', () => {
  it('runs every step of the attention, of both heads and of their planes as kernels, and ends where the plain loops do', {
    timeout: 180_000,
  }, async () => {
    const { kernels, compute, model } = await trained(() => openDevice('webasm', () => {}));
    expect(compute).toBe('webasm');
    const launches = (name: RegExp) => kernels.filter((count) => name.test(count.name)).map((count) => count.launches);
    const parts: [RegExp, number][] = [
      [/^attention/, ATTENTION_STEPS],
      [/^bayes\.(?!drawn)/, HEAD_STEPS],
      [/^bayes\.drawn/, 2],
    ];
    for (const [name, least] of parts) {
      expect(launches(name).length).toBeGreaterThan(5);
      for (const count of launches(name)) expect(count).toBeGreaterThanOrEqual(least);
    }
    for (const { cells } of kernels) expect(cells).toBeGreaterThan(0);

    const loops = await trained(async () => null);
    expect(loops.kernels).toEqual([]);
    for (const stage of ['GNN', 'BNN', 'HYBRID'] as const) {
      for (let u = 0; u < 20; u += 1) {
        const [one, other] = [model.predict(u, u, stage), loops.model.predict(u, u, stage)];
        expect(Math.abs(one.score - other.score)).toBeLessThan(1e-2); // single precision over 320 steps, each building on the one before
        expect(Math.abs((one.aleatoric + one.epistemic) / (other.aleatoric + other.epistemic) - 1)).toBeLessThan(5e-3);
      }
    }
  });
});
