import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeRatingsFile } from './ratingsFile.ts';
import { defaultConfig, inFolder, openBench } from './workplace.ts';

/**
 * `node --import tsx bench/trainLarge.ts [--rows N] [--json]`: a whole training of ratings that `import` has stored. Tells when the
 * factorization serves, when the training is over, and the most memory that the service and its trainer held at once, as Linux counts it
 * (elsewhere null). Exits with 1 when a bar, meant for ten million ratings on two cores, is missed.
 */
const BARS = { factorizationSeconds: 15 * 60, seconds: 45 * 60, peakBytes: 12e9 } as const;
const SECOND = 1000; // milliseconds

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000000' }, json: { type: 'boolean', default: false } } });
const rows = Number(values.rows);

await inFolder(async (folder) => {
  const csv = `${folder}/ratings.csv`;
  const db = `${folder}/tastegraph.db`;
  await writeRatingsFile(csv, rows, 'user');
  const importing = spawnSync(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('../src/main.ts', import.meta.url)), 'import', csv, '--db', db],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (importing.status !== 0) throw new Error(`The import ended with status ${importing.status}.`);
  const figures = { rows, ...(await training(db)), bars: BARS };
  process.stdout.write(values.json ? `${JSON.stringify(figures, null, 2)}\n` : textOf(figures));
  // A factorization that never served has no time, which is a miss; memory that can't be known is none.
  const within = (Object.keys(BARS) as (keyof typeof BARS)[]).every((name) => figures[name] === null || figures[name] <= BARS[name]);
  if (!within) process.exitCode = 1;
});

interface Training {
  readonly factorizationSeconds: number;
  readonly seconds: number;
  readonly peakBytes: number | null;
  /** On the newest ratings, by the last version; null: there are too few to hold any out. */
  readonly rmse: number | null;
}

async function training(db: string): Promise<Training> {
  const began = performance.now();
  const { recommender, close } = openBench(defaultConfig(db));
  let factorizationSeconds = Number.NaN;
  let peakBytes: number | null = null;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes ?? 0, memoryNow() ?? 0) || null;
  }, SECOND);
  const stopListening = recommender.onModelUpdated(({ kind, modelVersion }) => {
    if (kind === 'ACTIVATED' && modelVersion === 1) factorizationSeconds = secondsSince(began);
  });
  const error = await new Promise<string | null>((resolve) => {
    recommender.onTrainingProgress(({ finished, error }) => finished && resolve(error));
    recommender.train(null);
  });
  const seconds = secondsSince(began);
  clearInterval(watch);
  stopListening();
  const [last] = recommender.modelVersions(1);
  await close();
  if (error !== null) throw new Error(`The training failed: ${error}.`);
  return { factorizationSeconds, seconds, peakBytes, rmse: last!.metrics.at(-1)?.holdout?.rmse ?? null };
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / SECOND);
}

/** Resident bytes of this process and those that it started. */
function memoryNow(): number | null {
  try {
    const own = String(process.pid);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((id) => statusOf(id) ?? [])
      .filter(({ id, parent }) => id === own || parent === own)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  } catch {
    return null;
  }
}

function statusOf(id: string): { id: string; parent: string; bytes: number } | null {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? '0';
    return { id, parent: field('PPid'), bytes: Number(field('VmRSS')) * 1024 };
  } catch {
    return null; // it has ended
  }
}

function textOf({ rows, factorizationSeconds, seconds, peakBytes, rmse }: Training & { readonly rows: number }): string {
  const gigabytes = peakBytes === null ? 'not known here' : `${(peakBytes / 1e9).toFixed(1)} GB`;
  return [
    `${rows.toLocaleString('en-US')} ratings`,
    `the factorization serves after ${factorizationSeconds} s (bar: ${BARS.factorizationSeconds} s)`,
    `all is trained after           ${seconds} s (bar: ${BARS.seconds} s), RMSE ${rmse?.toFixed(4) ?? 'unknown'} on the newest ratings`,
    `memory of both processes       ${gigabytes} at most (bar: ${BARS.peakBytes / 1e9} GB)`,
    '',
  ].join('\n');
}
