import { describe, expect, it } from 'vitest';
import { IdIndex, type UserIndex } from '../../../src/engine/data/idIndex.ts';

describe('an index of ids', () => {
  it('numbers ids from 0 in order of arrival, each once', () => {
    const index = new IdIndex<UserIndex>(['b', 'a', 'b']);
    expect(index.add('c')).toBe(2);
    expect(index.add('a')).toBe(1);
    expect(index.size).toBe(3);
    expect(index.all()).toEqual(['b', 'a', 'c']);
    expect(index.all().map((id) => index.idOf(index.find(id)!))).toEqual(['b', 'a', 'c']);
  });

  it('is not changed by being asked', () => {
    const index = new IdIndex<UserIndex>(['a']);
    expect(index.find('stranger')).toBeUndefined();
    expect(index.size).toBe(1);
    expect(index.add('stranger')).toBe(1);
  });

  it('takes ids that are names of an object, and ids that differ by case or space alone', () => {
    const ids = ['__proto__', 'constructor', 'toString', '', ' ', 'a', 'A', '1', '01'];
    expect(new IdIndex<UserIndex>(ids).all()).toEqual(ids);
  });

  it('refuses an index that it never gave', () => {
    const index = new IdIndex<UserIndex>(['a']);
    expect(() => index.idOf(1 as UserIndex)).toThrow('No id has index 1; 1 are known.');
  });
});
