import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import type { RunningServer } from '../../src/server.ts';

/** Reference of "recommend": Fastify and Apollo Server with their defaults, and a schema of which only `{ __typename }` is asked. */
export async function startBareApollo(): Promise<RunningServer> {
  const apollo = new ApolloServer({ typeDefs: 'type Query { nothing: Boolean }' });
  await apollo.start();
  const app = Fastify();
  app.route({ url: '/graphql', method: ['GET', 'POST'], handler: fastifyApolloHandler(apollo) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    async close() {
      await app.close();
      await apollo.stop();
    },
  };
}
