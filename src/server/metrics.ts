import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ModelStatus, Operations } from '../domain.ts';
import type { RecommenderService } from '../service.ts';

/** `/metrics` and `/health/*`: what operators and their machines ask. */
export function serveHealth(app: FastifyInstance, service: RecommenderService): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addModelMetrics(registry, service);
  addOperations(registry, service);
  timeRequests(app, registry);
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) =>
    service.ready ? reply.send({ status: 'ready' }) : reply.code(503).send({ status: 'starting' }),
  );
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  app.addHook('onClose', async () => registry.clear());
}

function addModelMetrics(registry: Registry, service: RecommenderService): void {
  const gauge = (name: string, help: string, read: (status: ModelStatus) => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(service.modelStatus()) ?? Number.NaN);
      },
    });
  new Gauge({
    name: 'tastegraph_model_info',
    help: 'Always 1: the model that serves, and what the kernels of its version ran on.',
    labelNames: ['serving', 'compute'] as const,
    registers: [registry],
    collect() {
      const { serving, compute } = service.modelStatus();
      this.reset();
      this.set({ serving, compute }, 1);
    },
  });
  gauge('tastegraph_model_version', 'Version of the model that serves; 0 before the first fit.', ({ version }) => version);
  gauge('tastegraph_model_sequence', 'The last event that the model has learned.', ({ sequence }) => sequence);
  gauge('tastegraph_model_stale', '1 when the last training failed and the model before it serves.', ({ stale }) => Number(stale));
  gauge('tastegraph_training', '1 while a training runs.', ({ training }) => Number(training));
  gauge('tastegraph_running_rmse', 'Error of the last ratings as they arrived, rating points.', ({ runningRmse }) => runningRmse);
  gauge('tastegraph_running_nll', 'Negative log density of the last ratings, nats.', ({ runningNll }) => runningNll);
  gauge('tastegraph_running_coverage90', 'Share of the last ratings inside their 90 % interval.', (status) => status.runningCoverage90);
}

function addOperations(registry: Registry, service: RecommenderService): void {
  const gauge = (name: string, help: string, read: (operations: Operations) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(service.operations()));
      },
    });
  gauge('tastegraph_write_queue', 'Writes that wait for the disk.', ({ waitingWrites }) => waitingWrites);
  gauge('tastegraph_events_since_checkpoint', 'Events that a start would replay.', (operations) => operations.eventsSinceCheckpoint);
  gauge('tastegraph_applied_events', 'Events folded into the model by this process.', ({ applied }) => applied);
  gauge('tastegraph_apply_seconds', 'Seconds that this took altogether.', ({ applySeconds }) => applySeconds);
}

/** One histogram counts and times: its `_count` is the number of requests. */
function timeRequests(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'tastegraph_http_request_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
    done();
  });
}
