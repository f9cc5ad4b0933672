import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { CommandError } from './errors.ts';

export const DEMOS = ['lab', 'demo', 'none'] as const;
const COMPUTE = ['auto', 'webgpu', 'webasm', 'cpu'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** A number a minute; 0 for no limit, and `auto` for one where others than the owner of the machine may ask. */
const rate = z.union([z.literal('auto'), integer(0, 1_000_000_000)]).default('auto');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

/**
 * Every setting: its environment variable, its range and default, its meaning and unit.
 * A flag beats the environment, which beats `.env`, which beats the default.
 */
export const SETTINGS = {
  db: {
    variable: 'TASTEGRAPH_DB',
    schema: z.string().min(1).default('data/tastegraph.db'),
    meaning: 'database file; everything else that belongs to it lies in the same folder',
  },
  host: { variable: 'TASTEGRAPH_HOST', schema: z.string().min(1).default('127.0.0.1'), meaning: 'address to listen on' },
  port: { variable: 'TASTEGRAPH_PORT', schema: integer(0, 65_535).default(4000), meaning: 'TCP port to listen on; 0 takes a free one' },
  demo: { variable: 'TASTEGRAPH_DEMO', schema: z.enum(DEMOS).default('demo'), meaning: 'what an empty database is filled with' },
  origins: {
    variable: 'TASTEGRAPH_ORIGINS',
    schema: list.default([]),
    meaning: 'further origins whose pages may call the server, separated by commas: https://shop.example',
  },
  tokens: {
    variable: 'TASTEGRAPH_TOKENS',
    schema: list.default([]),
    meaning:
      'who may ask: name:role:secret, separated by commas, or a file of them with hashed secrets; without, everybody on this machine',
  },
  insecure: {
    variable: 'TASTEGRAPH_INSECURE',
    schema: z.stringbool().default(false),
    meaning: 'whether to listen beyond this machine without tokens, so that everybody may do everything',
  },
  introspection: {
    variable: 'TASTEGRAPH_INTROSPECTION',
    schema: z.stringbool().default(true),
    meaning: 'whether the schema can be asked for, and the playground is served; false for production',
  },
  rateRequests: {
    variable: 'TASTEGRAPH_RATE_REQUESTS',
    schema: rate,
    meaning:
      'requests a minute from one address before further ones are answered RATE_LIMITED; 0: any; auto: 6000, on this machine without tokens any',
  },
  rateCost: {
    variable: 'TASTEGRAPH_RATE_COST',
    schema: rate,
    meaning:
      'cost of the operations of one token a minute, some 100 for ten films with reasons; 0: any; auto: 600000, on this machine without tokens any',
  },
  proxies: {
    variable: 'TASTEGRAPH_PROXIES',
    schema: list.default([]),
    meaning: 'addresses of proxies in front, separated by commas, whose X-Forwarded-For is believed',
  },
  queryTime: {
    variable: 'TASTEGRAPH_QUERY_TIME',
    schema: integer(10, 600_000).default(5_000),
    meaning: 'time that one query may take before it is refused, milliseconds',
  },
  requestTimeout: {
    variable: 'TASTEGRAPH_REQUEST_TIMEOUT',
    schema: integer(100, 600_000).default(10_000),
    meaning: 'time in which a request must have been sent whole, milliseconds',
  },
  seed: {
    variable: 'TASTEGRAPH_SEED',
    schema: integer(0, 2 ** 31 - 1).default(0),
    meaning: 'seed of every random draw: the same data and seed give the same model',
  },
  scaleMin: {
    variable: 'TASTEGRAPH_SCALE_MIN',
    schema: z.coerce.number().default(1),
    meaning: 'lowest rating, for a database that starts empty',
  },
  scaleMax: {
    variable: 'TASTEGRAPH_SCALE_MAX',
    schema: z.coerce.number().default(5),
    meaning: 'highest rating, for a database that starts empty',
  },
  scaleStep: {
    variable: 'TASTEGRAPH_SCALE_STEP',
    schema: z.coerce.number().min(0).default(0.5),
    meaning: 'distance between two ratings, for a database that starts empty; 0: any value',
  },
  writeQueue: {
    variable: 'TASTEGRAPH_WRITE_QUEUE',
    schema: integer(1, 1_000_000).default(10_000),
    meaning: 'writes that may wait for the disk before further ones are answered OVERLOADED',
  },
  maxRequests: {
    variable: 'TASTEGRAPH_MAX_REQUESTS',
    schema: integer(1, 100_000).default(500),
    meaning: 'requests under way above which further ones are answered OVERLOADED before they are read',
  },
  maxLag: {
    variable: 'TASTEGRAPH_MAX_LAG',
    schema: integer(20, 60_000).default(200),
    meaning: 'time that the requests of one turn of the event loop may take before the rest of them are answered OVERLOADED, milliseconds',
  },
  checkpointEvery: {
    variable: 'TASTEGRAPH_CHECKPOINT_EVERY',
    schema: integer(100, 100_000_000).default(20_000),
    meaning: 'events between two checkpoints of the live model; fewer replay faster after a crash',
  },
  keepVersions: {
    variable: 'TASTEGRAPH_KEEP_VERSIONS',
    schema: integer(1, 100).default(3),
    meaning: 'newest model versions kept beside the active one',
  },
  compute: {
    variable: 'TASTEGRAPH_COMPUTE',
    schema: z.enum(COMPUTE).default('auto'),
    meaning: 'where kernels run: webgpu (a graphics card), webasm, or cpu (plain JavaScript); auto takes a real card, else webasm',
  },
  trainerMemory: {
    variable: 'TASTEGRAPH_TRAINER_MEMORY',
    schema: integer(256, 1_048_576).default(8_192),
    meaning: 'memory above which a training process is ended, MiB',
  },
  optimism: {
    variable: 'TASTEGRAPH_OPTIMISM',
    schema: z.coerce.number().min(0).max(10).default(1),
    meaning: 'epistemic standard deviations that UPPER_CONFIDENCE adds to a predicted rating',
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    schema: z.enum(LOG_LEVELS).default('info'),
    meaning: 'how much is logged; debug adds stack traces to errors',
  },
} as const;

export type Config = { readonly [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> };
export type Flags = { readonly [Name in keyof typeof SETTINGS]?: string | undefined };

/**
 * Reads every setting once.
 * @param flags values from the command line, by setting name
 * @throws CommandError (exit 1) naming the setting, what was given and what is allowed
 */
export function loadConfig(flags: Flags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = flags[name as keyof typeof SETTINGS] ?? environment[setting.variable] ?? file[setting.variable];
    const parsed = setting.schema.safeParse(given);
    if (!parsed.success) throw wrongSetting(name, setting.variable, given, setting.meaning, parsed.error);
    values[name] = parsed.data;
  }
  const config = values as unknown as Config;
  if (!(config.scaleMax > config.scaleMin)) {
    throw new CommandError(`TASTEGRAPH_SCALE_MAX (${config.scaleMax}) must be above TASTEGRAPH_SCALE_MIN (${config.scaleMin}).`);
  }
  return config;
}

function wrongSetting(name: string, variable: string, given: unknown, meaning: string, error: z.ZodError): CommandError {
  const reason = error.issues.map((issue) => issue.message).join('; ');
  return new CommandError(`Setting ${name} (${variable}) can't be ${JSON.stringify(given)}: ${reason}. It means: ${meaning}.`);
}
