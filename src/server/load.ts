import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { RequestError } from '../errors.ts';
import { refuse } from './answer.ts';
import type { Telemetry } from './telemetry.ts';

/** How often the lag of the event loop is taken; milliseconds. */
const SAMPLE_MS = 1_000;
/** Its mean may be so many times the bound of one turn: the hand-over of a large model is one long turn, and no crowd. */
const PATIENCE = 4;
/** Requests of one turn that are answered however long they take: a few that wait for a busy machine are no crowd. */
const ANSWERED_ANYWAY = 32;
const RETRY_AFTER_MS = 1_000;
/** A body that takes longer to arrive than this is waited for beside the requests under way, so that slow ones keep nobody out; milliseconds. */
const SLOW_BODY_MS = 3_000;
/** What answers however high the load is: whether the server lives, and how it fares. */
const ALWAYS = /^\/(health\/|metrics(\?|$))/;

/** How much more the server takes. */
export interface Load {
  /** Why nothing more is taken now; null when there is room. */
  refusal(): RequestError | null;
}

/**
 * Bounds the requests under way and watches the event loop: what is above is refused before its body is read, so that a refusal
 * costs a fraction of an answer and memory does not grow with the crowd.
 */
export async function limitLoad(
  app: FastifyInstance,
  { maxRequests, maxLag }: Pick<Config, 'maxRequests' | 'maxLag'>,
  telemetry: Telemetry,
): Promise<Load> {
  await app.register(underPressure, { maxEventLoopDelay: PATIENCE * maxLag, sampleInterval: SAMPLE_MS, pressureHandler: () => undefined });
  let underWay = 0;
  const turn = new Turn();
  const arriving = new Arriving();
  const isLagging = () => {
    const lag = app.memoryUsage().eventLoopDelay;
    // Without a sample since the last look, as after a pause of the whole machine, it is Infinity: that says nothing of a crowd.
    return Number.isFinite(lag) && lag > PATIENCE * maxLag;
  };
  const refusal = () => {
    if (underWay > maxRequests && underWay - arriving.slow() > maxRequests)
      return overloaded(`${maxRequests} requests are under way already`);
    return turn.isOver(maxLag) || isLagging() ? overloaded('More is asked than the server can answer') : null;
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (ALWAYS.test(request.url)) return done();
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
      arriving.delete(request);
    });
    arriving.add(request);
    const error = refusal();
    if (error === null) return done();
    telemetry.refused.inc();
    refuse(request, reply, { status: 503, code: error.code, message: error.message, details: error.details });
    dropBody(request);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    arriving.delete(request);
    done();
  });
  telemetry.gauge('tastegraph_requests_under_way', 'Requests that are being answered.', () => underWay);
  return { refusal };
}

/** Requests of which the body is still on its way, the oldest first. */
class Arriving {
  private readonly since = new Map<FastifyRequest, number>();

  add(request: FastifyRequest): void {
    this.since.set(request, performance.now());
  }

  delete(request: FastifyRequest): void {
    this.since.delete(request);
  }

  /** How many have been on their way for long. */
  slow(): number {
    const before = performance.now() - SLOW_BODY_MS;
    let count = 0;
    for (const began of this.since.values()) {
      if (began > before) break;
      count += 1;
    }
    return count;
  }
}

/**
 * How long the requests of one turn of the event loop have been taking. Whatever a crowd has sent by then is read in the same turn, and
 * without a bound the last of them would wait for all others, and everything else, such as commits, for all of them.
 */
class Turn {
  private began: number | null = null;
  private requests = 0;

  /** Counts one more request. @returns whether the turn has had more than its time, milliseconds */
  isOver(most: number): boolean {
    if (this.began === null) {
      this.began = performance.now();
      this.requests = 0;
      setImmediate(() => {
        this.began = null;
      });
    }
    this.requests += 1;
    return this.requests > ANSWERED_ANYWAY && performance.now() - this.began > most;
  }
}

function overloaded(why: string): RequestError {
  return new RequestError('OVERLOADED', `${why}: try again later.`, { retryAfterMs: RETRY_AFTER_MS });
}

/** What a refused client still sends is read and let go, so that its connection can be used again. */
function dropBody({ raw }: FastifyRequest): void {
  raw.resume();
}
