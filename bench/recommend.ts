import type { Config } from '../src/config.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { Clients } from './clients.ts';
import { compare, type Figure } from './measure.ts';
import { type MeasuredServer, startServer } from './measuredServer.ts';
import type { BenchSize } from './size.ts';
import { defaultConfig, fill, inFolder } from './workplace.ts';

type ModelAsked = 'MF' | 'HYBRID';

const QUERY = `query Recommendations($userId: ID!, $model: Model) {
  recommendations(userId: $userId, n: 10, model: $model) { rank score variance movie { id title } }
}`;

/** The request of an empty query, for the bare stack. */
export const EMPTY = { query: '{ __typename }' };

/** "recommend": processor time of the server for ten recommendations, against that of an empty query on a bare stack. */
export function recommendFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/recommend.db`);
    fill(config.db, table, table.r.length);
    const servers = await Promise.all([startServer('tastegraph', config.db), startServer('bareApollo')]);
    const [server, bare] = servers;
    const clients = new Clients();
    const measure = (round: number) => cost(clients, server, size, (index) => recommendation(table, round * size.requests + index));
    const measureReference = () => cost(clients, bare, size, () => EMPTY);
    try {
      await warmUp(measure, measureReference);
      const figure = await compare({
        name: 'recommend',
        what: `recommendations(n: 10) of ${table.movies.length} movies through HTTP`,
        unit: 'µs CPU a request',
        reference: 'bareApollo',
        rounds: size.rounds,
        bar: { atMost: 3 },
        measure,
        measureReference,
      });
      return [figure];
    } finally {
      clients.close();
      await Promise.all(servers.map((each) => each.close()));
    }
  });
}

/** "recommend hybrid": the same of the hybrid, against the factorization on the same server. @param config of a database with a hybrid */
export async function recommendHybridFigure(table: RatingTable, size: BenchSize, config: Config): Promise<Figure> {
  const server = await startServer('tastegraph', config.db);
  const clients = new Clients();
  // Each turn asks for other users than the one before: what was kept of them must help neither side.
  let turn = 0;
  const costOf = (model: ModelAsked) => () => {
    turn += 1;
    return cost(clients, server, size, (index) => recommendation(table, turn * size.requests + index, model));
  };
  const [measure, measureReference] = [costOf('HYBRID'), costOf('MF')];
  try {
    await warmUp(measure, measureReference);
    return await compare({
      name: 'recommend hybrid',
      what: `recommendations(n: 10, model: HYBRID) of ${table.movies.length} movies through HTTP`,
      unit: 'µs CPU a request',
      reference: 'model: MF',
      rounds: size.rounds,
      bar: { atMost: 1.5 },
      measure,
      measureReference,
    });
  } finally {
    clients.close();
    await server.close();
  }
}

/** The request for ten recommendations; each index another user. @param model the best there is unless given */
export function recommendation({ users }: RatingTable, index: number, model: ModelAsked = 'HYBRID') {
  return { query: QUERY, variables: { userId: users[(index * 7) % users.length]!.id, model } };
}

/** Both compilers have seen the code often enough before anything counts. */
async function warmUp(...measures: ((round: number) => Promise<number>)[]): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) for (const measure of measures) await measure(turn);
}

async function cost(
  clients: Clients,
  server: MeasuredServer,
  { requests }: BenchSize,
  bodyOf: (index: number) => unknown,
): Promise<number> {
  const before = await server.cpu();
  await clients.send(server.url, requests, bodyOf);
  return ((await server.cpu()) - before) / requests;
}
