import { describe, expect, it, vi } from 'vitest';
import { SERVED_MEMBERS } from '../src/engine/online/liveModel.ts';
import { fitMembers, type MemberSweep } from '../src/engine/training/members.ts';
import { fitMembersOnThreads } from '../src/memberThreads.ts';
import { syntheticTable } from './engine/online/support.ts';
import { threadsRunning } from './support/threads.ts';

const TABLE = syntheticTable({ users: 40, movies: 50, ratings: 900 }, 6);
const OPTIONS = { seed: 3, members: SERVED_MEMBERS, sampledSweeps: 30 };

describe('members that are fitted on threads of their own', () => {
  it('are bit for bit those that are fitted one after the other, and tell the same sweeps in the same order', async () => {
    const told: Record<'here' | 'onThreads', MemberSweep[]> = { here: [], onThreads: [] };
    const here = fitMembers(TABLE, { ...OPTIONS, onSweep: (sweep) => told.here.push(sweep) });
    const onThreads = await fitMembersOnThreads(TABLE, { ...OPTIONS, onSweep: (sweep) => told.onThreads.push(sweep) });
    expect(onThreads).toEqual(here);
    expect(told.onThreads).toEqual(told.here);
    expect(told.here.map(({ member }) => member)).toEqual([
      ...new Array<string>(40).fill('variational'),
      ...new Array<string>(30).fill('sampled'),
    ]);
    expect(threadsRunning()).toBe(0);
  });

  it('leave the ratings as they were', async () => {
    const before = structuredClone(TABLE);
    await fitMembersOnThreads(TABLE, OPTIONS);
    expect(TABLE).toEqual(before);
  });

  it('say which of them diverged, and end the others', async () => {
    const settings = { variational: { initialPrecision: Number.NaN } };
    const fit = fitMembersOnThreads(TABLE, { ...OPTIONS, settings, sampledSweeps: 1_000_000 });
    await Promise.all([
      vi.waitUntil(() => threadsRunning() > 0, { interval: 5 }),
      expect(fit).rejects.toThrow('The variational factorization diverged in sweep 1.'),
    ]);
    expect(threadsRunning()).toBe(0);
  });
});
