import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { VersionRow } from '../../src/store/versions.ts';
import { rating, useStores } from './support.ts';

const stores = useStores();

function version(number: number, rest: Partial<VersionRow> = {}): VersionRow {
  return {
    version: number,
    baseSequence: number * 10,
    trainedAt: 5,
    file: `model-${number}.safetensors`,
    sha256: 'abc',
    models: ['MF'],
    metrics: [{ model: 'MF', holdout: null, live: null }],
    losses: [{ model: 'MF', epoch: 1, loss: 0.5, rmse: null }],
    refusedBecause: null,
    compute: 'webasm',
    ...rest,
  };
}

test('versions come back as saved, newest first', () => {
  const store = stores.open();
  for (const number of [1, 2, 3]) store.saveVersion(version(number));
  expect(store.versions(2)).toEqual([version(3), version(2)]);
  expect(store.version(1)).toEqual(version(1));
  expect(store.version(4)).toBeNull();
});

test('saving a version again replaces what is said about it', () => {
  const store = stores.open();
  store.saveVersion(version(1));
  store.saveVersion(version(1, { refusedBecause: 'worse by 5 %' }));
  expect(store.versions(10)).toEqual([version(1, { refusedBecause: 'worse by 5 %' })]);
});

test('the number of a deleted version is not given again', () => {
  const store = stores.open();
  expect(store.nextVersion()).toBe(1);
  store.saveVersion(version(1));
  store.saveVersion(version(2));
  store.deleteVersion(2);
  expect(store.versions(10)).toEqual([version(1)]);
  expect(store.nextVersion()).toBe(3);
  expect(stores.open().nextVersion()).toBe(3);
});

test('an answer is kept for its event, and only while there is one', () => {
  const store = stores.open();
  const { sequence } = store.rate(rating('u', 'm', 3));
  store.saveAnswers([
    { sequence, payload: '{"a":1}' },
    { sequence: sequence + 1, payload: 'of nothing' },
  ]);
  expect(store.answer(sequence)).toBe('{"a":1}');
  expect(store.answer(sequence + 1)).toBeNull();
  const raw = new Database(store.path);
  raw.pragma('foreign_keys = ON');
  raw.exec('DELETE FROM events');
  raw.close();
  expect(store.answer(sequence)).toBeNull();
});
