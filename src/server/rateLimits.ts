import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { Caller } from '../resolvers/caller.ts';
import type { Tokens } from './tokens.ts';
import { bracketed, isLoopback } from './webSafety.ts';

const MINUTE_MS = 60_000;
/** Addresses that are remembered at a time. */
const ADDRESSES = 10_000;
/** A network of one household or host: a client may have any address of it. */
const IPV6_SUBNET = 64;
/** What `auto` means where not only the owner of the machine asks: 100 requests a second, and some 100 lists of ten films with reasons. */
const AUTO = { requests: 6_000, cost: 600_000 };
/** What answers however often it is asked. */
const WATCHED = /^\/health\//;

/** What one address and one token may ask for in a minute; null: anything. */
export interface RateLimits {
  readonly requests: number | null;
  readonly operations: Budget | null;
  readonly connections: Budget | null;
  /** Whose budget an operation is paid from. */
  keyOf(caller: Caller, request: IncomingMessage): string;
  /** The address of a client, or of its network, as the proxies in front name it where they are known. */
  addressOf(request: IncomingMessage): string;
}

export function rateLimits(config: Pick<Config, 'host' | 'rateRequests' | 'rateCost' | 'proxies'>, tokens: Tokens): RateLimits {
  const isShared = !tokens.none || !isLoopback(bracketed(config.host));
  const limitOf = (setting: number | 'auto', auto: number) => (setting === 'auto' ? (isShared ? auto : null) : setting || null);
  const requests = limitOf(config.rateRequests, AUTO.requests);
  const cost = limitOf(config.rateCost, AUTO.cost);
  const isProxy = proxyAddr.compile([...config.proxies]);
  const addressOf = (request: IncomingMessage) => String(normalizeIP(proxyAddr(request, isProxy), IPV6_SUBNET));
  return {
    requests,
    operations: cost === null ? null : new Budget(cost, `a cost of ${cost} a minute from one ${tokens.none ? 'address' : 'token'}`),
    connections: requests === null ? null : new Budget(requests, `${requests} connections a minute from one address`),
    keyOf: ({ name }, request) => (tokens.none ? `address ${addressOf(request)}` : `token ${name}`),
    addressOf,
  };
}

/** Refuses the requests of an address that sends too many, before they are read. */
export async function limitRequests(app: FastifyInstance, { requests }: RateLimits): Promise<void> {
  if (requests === null) return;
  await app.register(rateLimit, { global: false, cache: ADDRESSES });
  const limit = app.rateLimit({
    max: requests,
    timeWindow: MINUTE_MS,
    ipv6Subnet: IPV6_SUBNET,
    allowList: ({ url }) => WATCHED.test(url ?? ''),
    errorResponseBuilder: (_request, { ttl }) => rateLimited(`${requests} requests a minute from one address`, ttl),
  });
  app.addHook('onRequest', limit);
}

/** So much a minute for each who asks. */
class Budget {
  private readonly limiter: RateLimiterMemory;
  private readonly limit: string;

  /** @param limit in words */
  constructor(points: number, limit: string) {
    this.limiter = new RateLimiterMemory({ points, duration: MINUTE_MS / 1_000 });
    this.limit = limit;
  }

  /**
   * @param points what it costs; more than there is in a minute costs the whole minute, so that it can be had at all
   * @returns why it may not be had now; null when it was paid
   */
  async take(key: string, points: number): Promise<RequestError | null> {
    try {
      await this.limiter.consume(key, Math.min(points, this.limiter.points));
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return rateLimited(this.limit, refusal.msBeforeNext);
    }
  }
}

function rateLimited(limit: string, retryAfterMs: number): RequestError {
  return new RequestError('RATE_LIMITED', `More than ${limit}: try again later.`, { retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) });
}
