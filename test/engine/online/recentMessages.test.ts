import { expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { RecentMessages } from '../../../src/engine/online/recentMessages.ts';

const MOST = 5;
const messageOf = (edge: number) => 10 * edge + 3;
const newest = (given: readonly number[]) => given.slice(-MOST).map(messageOf);

it('the messages of the newest ratings are those that are looked up anew, whatever is rated, changed and withdrawn, asked for or not', () => {
  const random = new Random(8);
  const recent = new RecentMessages(MOST);
  const users = Array.from({ length: 4 }, () => [] as number[]);
  let edges = 0;
  for (let step = 0; step < 3_000; step += 1) {
    const u = random.below(users.length);
    const given = users[u]!;
    const kind = random.below(4);
    if (kind > 1 || given.length === 0) {
      given.push(edges);
      recent.rated(u, given, messageOf(edges++));
    } else {
      given.splice(random.below(given.length), 1);
      if (kind === 0) {
        given.push(edges);
        recent.rated(u, given, messageOf(edges++));
      } else recent.forget(u);
    }
    if (random.below(3) > 0) expect([...recent.of(u, given, messageOf)], `step ${step}`).toEqual(newest(given));
  }
});

it('after one more rating none is looked up again', () => {
  const recent = new RecentMessages(MOST);
  const given = Array.from({ length: 40 }, (_, edge) => edge);
  const looked: number[] = [];
  const ask = () =>
    recent.of(0, given, (edge) => {
      looked.push(edge);
      return messageOf(edge);
    });
  ask();
  expect(looked.splice(0)).toEqual([35, 36, 37, 38, 39]);
  given.push(77);
  recent.rated(0, given, messageOf(77));
  expect([...ask()]).toEqual(newest(given));
  expect(looked).toEqual([]);
});

it('a user without ratings hears nothing', () => {
  expect(new RecentMessages(MOST).of(3, [], messageOf)).toHaveLength(0);
});
