import { expect, test } from 'vitest';
import type { PageRequest } from '../../src/domain.ts';
import { everyEvent, firstPage, rating, useStores } from './support.ts';

const stores = useStores();

test('absent fields of a movie stay, null removes them, and the log holds the whole record', () => {
  const store = stores.open();
  store.putMovie({ id: 'm', title: 'Heat', year: 1995, genres: ['Crime', 'Drama'] });
  const { movie, event } = store.putMovie({ id: 'm', title: 'HEAT', year: null });
  expect(movie).toEqual({ id: 'm', title: 'HEAT', year: null, genres: ['Crime', 'Drama'] });
  expect(event?.body).toEqual({ kind: 'moviePut', movie });
  expect(everyEvent(store).at(-1)).toEqual(event);
  expect(store.putMovie({ id: 'm', title: 'HEAT', genres: null }).movie.genres).toEqual([]);
  expect(store.movie('m')).toEqual({ id: 'm', title: 'HEAT', year: null, genres: [] });
});

test('absent fields of a user stay, null removes them', () => {
  const store = stores.open();
  store.putUser({ id: 'u', age: 30, gender: 'F', occupation: 'artist' });
  const { user, event } = store.putUser({ id: 'u', gender: null });
  expect(user).toEqual({ id: 'u', age: 30, gender: null, occupation: 'artist' });
  expect(event?.body).toEqual({ kind: 'userPut', user });
  expect(store.user('u')).toEqual(user);
});

test('a record that is the same already logs nothing', () => {
  const store = stores.open();
  store.putMovie({ id: 'm', title: 'Heat', genres: ['Crime'] });
  store.putUser({ id: 'u' });
  const last = store.lastSequence();
  expect(store.putMovie({ id: 'm', title: 'Heat', year: null, genres: ['Crime'] }).event).toBeNull();
  expect(store.putUser({ id: 'u', age: null }).event).toBeNull();
  expect(store.lastSequence()).toBe(last);
});

test('a movie created by its rating is described later', () => {
  const store = stores.open();
  store.rate(rating('u', 'm', 4));
  store.putMovie({ id: 'm', title: 'Heat' });
  expect(store.movie('m')?.title).toBe('Heat');
  expect(store.counts().movies).toBe(1);
});

test('movies and users are listed in the order of arrival, also while more arrive', () => {
  const store = stores.open();
  for (const id of ['z', 'a', 'm']) {
    store.putMovie({ id, title: id });
    store.putUser({ id });
  }
  const movies = store.movies({ first: 2, after: null });
  const users = store.users({ first: 2, after: null }, '');
  store.putMovie({ id: 'b', title: 'b' });
  store.putUser({ id: 'b' });
  expect(movies.nodes.map(({ id }) => id)).toEqual(['z', 'a']);
  expect(store.movies({ first: 5, after: movies.endCursor }).nodes.map(({ id }) => id)).toEqual(['m', 'b']);
  const rest = store.users({ first: 2, after: users.endCursor }, '');
  expect(rest.nodes.map(({ id }) => id)).toEqual(['m', 'b']);
  expect([rest.hasNextPage, rest.totalCount]).toEqual([false, 4]);
});

test('users are found by prefix, with letters that mean something to SQL', () => {
  const store = stores.open();
  for (const id of ['a%1', 'ab', 'a%', 'A%', 'b', 'a%é']) store.putUser({ id });
  const page = store.users({ first: 2, after: null }, 'a%');
  expect(page.nodes.map(({ id }) => id)).toEqual(['a%1', 'a%']);
  expect(page.totalCount).toBe(3);
  expect(store.users({ first: 2, after: page.endCursor }, 'a%').nodes.map(({ id }) => id)).toEqual(['a%é']);
});

test('a cursor that is not of this listing is refused by name', () => {
  const store = stores.open();
  store.putMovie({ id: 'm', title: 'm' });
  const ofMovies = store.movies(firstPage()).endCursor;
  const refusal = expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'after' } });
  const listings = [(page: PageRequest) => store.users(page, ''), (page: PageRequest) => store.ratingsOf('u', page)];
  for (const after of [ofMovies, '', '5', 'rubbish', Buffer.from('user:-1').toString('base64url')]) {
    for (const listing of listings) expect(() => listing({ first: 1, after })).toThrow(refusal);
  }
});
