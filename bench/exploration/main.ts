import { demoFilms } from '../../src/importers/demo.ts';
import { POLICIES, type Policy, simulate } from './simulation.ts';

/**
 * `npm run exploration`: what strategies cost newcomers while the model gets to know them, on the demo's generative model, whose
 * tastes are known. Cumulative regret over 200 rounds, 20 seeds; `--json`: one document with every seed.
 */
const SEEDS = 20;
const SIZE = { newcomers: 20, rounds: 200 };
const SHOWN = [10, 50, 100, 200];
/** Of Student's t with 19 degrees of freedom. */
const T_975 = 2.093;

const films = demoFilms();
const bySeed: Map<Policy, Float64Array>[] = [];
for (let seed = 0; seed < SEEDS; seed += 1) {
  process.stderr.write(`exploration: seed ${seed + 1} of ${SEEDS} …\n`);
  bySeed.push(simulate(films, seed, SIZE));
}

const at = (policy: Policy, round: number) => bySeed.map((regrets) => regrets.get(policy)![round - 1]!);
const cell = (values: readonly number[]) => {
  const { mean, half } = interval(values);
  return `${mean.toFixed(1)} ± ${half.toFixed(1)}`;
};

if (process.argv.includes('--json')) {
  const policies = Object.fromEntries(POLICIES.map((policy) => [policy, bySeed.map((regrets) => Array.from(regrets.get(policy)!))]));
  process.stdout.write(`${JSON.stringify({ ...SIZE, seeds: SEEDS, cumulativeRegret: policies }, null, 2)}\n`);
} else {
  const head = `| strategy | ${SHOWN.map((round) => `${round} rounds`).join(' | ')} | against EXPECTED after ${SIZE.rounds} |`;
  const rows = POLICIES.map((policy) => {
    const against = at(policy, SIZE.rounds).map((regret, seed) => regret - at('EXPECTED', SIZE.rounds)[seed]!);
    return `| ${policy} | ${SHOWN.map((round) => cell(at(policy, round))).join(' | ')} | ${policy === 'EXPECTED' ? '' : cell(against)} |`;
  });
  process.stdout.write(`${[head, `|${' --- |'.repeat(SHOWN.length + 2)}`, ...rows].join('\n')}\n`);
  process.stdout.write(`Rating points, mean of ${SIZE.newcomers} newcomers and ${SEEDS} seeds with the 95 % interval over seeds.\n`);
}

/** Mean and half the width of its 95 % interval over the seeds. */
function interval(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: T_975 * Math.sqrt(variance / values.length) };
}
