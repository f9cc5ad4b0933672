import { describe, expect, it } from 'vitest';
import type { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { type Carried, carryInto, takeCarried } from '../../../src/engine/training/carried.ts';
import { applyAll, fittedTo, logOf, rated, syntheticTable, userSide } from '../online/support.ts';

const LOG = logOf(syntheticTable({ users: 12, movies: 15, ratings: 100 }, 2));
/** The same ids at other indices. */
const TURNED = [LOG[0]!, ...LOG.slice(1, 28).reverse(), ...LOG.slice(28)].map((event, at) => ({ ...event, sequence: at + 1 }));

/** A model that has learned something since its fit. */
function serving(): LiveModel {
  const model = fittedTo(LOG);
  applyAll(model, [
    rated('u3', 'm1', 5, 2e9),
    rated('u5', 'm2', 1, 2e9 + 10),
    rated('new', 'm14', 1, 2e9 + 20),
    rated('u5', 'new film', 5, 2e9 + 22),
  ]);
  return model;
}

function learnerOf(model: LiveModel) {
  return model.members.get('variational')!.learner;
}

describe('what is carried to a new version', () => {
  const carried = takeCarried(serving());

  it('goes to the same ids, wherever they stand in the new one', () => {
    const from = serving();
    const to = fittedTo(TURNED);
    expect(to.rowOfUser('u3')).not.toBe(from.rowOfUser('u3'));
    carryInto(to, carried);
    for (const id of to.data.users.all()) {
      const [u, was] = [to.rowOfUser(id), from.rowOfUser(id)];
      for (const name of ['mood', 'moodVariance', 'last'] as const) {
        expect(learnerOf(to).users[name].get(u)).toBe(learnerOf(from).users[name].get(was));
      }
      expect(learnerOf(to).context.eta.get(u)).toBe(learnerOf(from).context.eta.get(was));
    }
    for (const id of to.data.movies.all()) {
      expect(learnerOf(to).movies.eta.get(to.rowOfMovie(id))).toBe(learnerOf(from).movies.eta.get(from.rowOfMovie(id)));
    }
    const { g0, c1, c2 } = learnerOf(to);
    expect([g0, c1, c2]).toEqual([learnerOf(from).g0, learnerOf(from).c1, learnerOf(from).c2]);
    expect(learnerOf(to).users.mood.get(to.rowOfUser('u5'))).not.toBe(0);
    expect(g0).not.toBe(0);
  });

  it('leaves the factors, and whoever is not among the carried, as the fit made them', () => {
    const [plain, to] = [fittedTo(TURNED), fittedTo(TURNED)];
    const known = (id: string) => id !== 'u3';
    const at = carried.userIds.indexOf('u3');
    const without: Carried = { ...carried, userIds: carried.userIds.map((id) => (known(id) ? id : 'gone')) };
    expect(at).toBeGreaterThanOrEqual(0);
    carryInto(to, without);
    expect(userSide(to, 'u3')).toEqual(userSide(plain, 'u3'));
    expect(to.data.users.find('gone')).toBeUndefined();
    expect(learnerOf(to).users.p.take(12)).toEqual(learnerOf(plain).users.p.take(12));
    expect(learnerOf(to).movies.q.take(15)).toEqual(learnerOf(plain).movies.q.take(15));
  });

  it('takes the running figures and starts the version from nothing', () => {
    const [from, to] = [serving(), fittedTo(TURNED)];
    carryInto(to, carried);
    expect(to.metrics.runningSquare()).toBe(from.metrics.runningSquare());
    expect(to.metrics.recentPredictions().size).toBe(4);
    expect(to.metrics.metrics(1)).toBeNull();
  });

  it('before the first fit is mood and times alone: noise learned from a model that knew nothing is not kept', () => {
    const [plain, to] = [fittedTo(TURNED), fittedTo(TURNED)];
    carryInto(to, { ...carried, version: 0 });
    expect(learnerOf(to).context.eta.take(12)).toEqual(learnerOf(plain).context.eta.take(12));
    expect(learnerOf(to).movies.eta.take(15)).toEqual(learnerOf(plain).movies.eta.take(15));
    expect([learnerOf(to).g0, learnerOf(to).c1, learnerOf(to).c2]).toEqual([0, 0, 0]);
    const u = to.rowOfUser('u5');
    expect([learnerOf(to).users.last.get(u), learnerOf(plain).users.last.get(u)]).toEqual([2e9 + 22, Number.NaN]);
    expect(learnerOf(to).users.mood.get(u)).not.toBe(0);
  });

  it('is a copy: it does not follow what the serving model learns afterwards', () => {
    const from = serving();
    const taken = takeCarried(from);
    const before = structuredClone(taken);
    applyAll(from, [rated('u5', 'm7', 1, 2e9 + 60), rated('another', 'm8', 2, 2e9 + 61)]);
    expect(taken).toEqual(before);
  });
});
