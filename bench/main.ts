import { cpus } from 'node:os';
import { runBench } from './run.ts';
import { FULL } from './size.ts';
import { tableOf } from './table.ts';

/** `npm run bench`: the benchmark table; `--json`: one JSON document. Exits with 1 when a bar is missed. */
const json = process.argv.includes('--json');
const began = performance.now();
const figures = await runBench(FULL, (part) => process.stderr.write(`bench: ${part} …\n`));
const taken = (performance.now() - began) / 1000;
const machine = { node: process.version, processor: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length };
const missed = figures.filter(({ ok }) => ok === false).map(({ name }) => name);

if (json) {
  process.stdout.write(`${JSON.stringify({ machine, seconds: taken, ok: missed.length === 0, figures }, null, 2)}\n`);
} else {
  const about = `Node ${machine.node}, ${machine.processor}, ${machine.cores} cores; ${taken.toFixed(0)} s. Medians.`;
  process.stdout.write(`${tableOf(figures)}${about}\n`);
}
if (missed.length > 0) {
  process.stderr.write(`Below the bar: ${missed.join(', ')}.\n`);
  process.exitCode = 1;
}
