import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const STYLE = `
body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff }
a { color: #05c } pre { background: #f3f3f3; padding: 1rem; overflow-x: auto } td { padding-right: 2rem; vertical-align: top }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } a { color: #7af } pre { background: #262626 } }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/`: what runs here and where to go. */
export function serveLanding(app: FastifyInstance): void {
  app.get('/', (request, reply) => {
    // The host was checked (protection.ts) and the characters of a host name need no escaping.
    const html = landingPage(`${request.protocol}://${request.host}`);
    return reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(html);
  });
}

function landingPage(url: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tastegraph</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Tastegraph</h1>
<p>A recommendation server. It learns from every rating the moment it arrives, says how sure it is of every prediction, and shows why.</p>
<table>
<tr><td><a href="/graphql">/graphql</a></td><td>the playground: try queries, mutations and subscriptions</td></tr>
<tr><td><a href="/health/ready">/health/ready</a></td><td>whether the model answers</td></tr>
<tr><td><a href="/metrics">/metrics</a></td><td>figures for Prometheus</td></tr>
</table>
<p>The first question, from a terminal:</p>
<pre>curl ${url}/graphql -H 'content-type: application/json' \\
  -d '{"query": "{ recommendations(userId: \\"1\\", n: 3) { rank score movie { title } explanation { summary } } }"}'</pre>
</body>
</html>
`;
}
