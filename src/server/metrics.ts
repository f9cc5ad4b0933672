import type { FastifyInstance } from 'fastify';
import { Gauge } from 'prom-client';
import type { ModelStatus, Operations } from '../domain.ts';
import type { RecommenderService } from '../service.ts';
import type { Telemetry } from './telemetry.ts';

/** Whether the server takes new requests, or finishes the last ones. */
export interface Phase {
  stopping: boolean;
}

const OPEN = { config: { open: true } } as const;

/** `/metrics` and `/health/*`: what operators and their machines ask. */
export function serveHealth(app: FastifyInstance, service: RecommenderService, telemetry: Telemetry, phase: Phase): void {
  const { registry } = telemetry;
  addModelMetrics(telemetry, service);
  addOperations(telemetry, service);
  // Answered by the event loop itself: one that stands still doesn't.
  app.get('/health/live', OPEN, () => ({ status: 'live' }));
  app.get('/health/ready', OPEN, (_request, reply) => {
    if (phase.stopping) return reply.code(503).send({ status: 'stopping' });
    return service.ready ? reply.send({ status: 'ready' }) : reply.code(503).send({ status: 'not ready' });
  });
  app.get('/metrics', { config: { least: 'admin' } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.addHook('onClose', async () => registry.clear());
}

function addModelMetrics(telemetry: Telemetry, service: RecommenderService): void {
  const gauge = (name: string, help: string, read: (status: ModelStatus) => number | null) =>
    telemetry.gauge(name, help, () => read(service.modelStatus()));
  new Gauge({
    name: 'tastegraph_model_info',
    help: 'Always 1: the model that serves, and what the kernels of its version ran on.',
    labelNames: ['serving', 'compute'] as const,
    registers: [telemetry.registry],
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

function addOperations(telemetry: Telemetry, service: RecommenderService): void {
  const gauge = (name: string, help: string, read: (operations: Operations) => number) =>
    telemetry.gauge(name, help, () => read(service.operations()));
  gauge('tastegraph_write_queue', 'Writes that wait for the disk.', ({ waitingWrites }) => waitingWrites);
  gauge('tastegraph_events_since_checkpoint', 'Events that a start would replay.', (operations) => operations.eventsSinceCheckpoint);
  gauge(
    'tastegraph_checkpoint_age_seconds',
    'Time since a checkpoint was written, or since the start.',
    (operations) => operations.checkpointAge,
  );
  gauge('tastegraph_applied_events', 'Events folded into the model by this process.', ({ applied }) => applied);
  gauge('tastegraph_apply_seconds', 'Seconds that this took altogether.', ({ applySeconds }) => applySeconds);
}
