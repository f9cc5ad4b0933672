import type { Finding, Size } from './fault.ts';
import { FAULTS, ON_DEMAND } from './faults.ts';

/**
 * Makes every kind of trouble, or those named, and prints what was seen beside its bar.
 * Run: main.ts [--short] [NAME …]; exits with 1 when something does not hold, with 2 for an unknown name.
 */
const args = process.argv.slice(2);
const size: Size = args.includes('--short') ? 'short' : 'long';
const names = args.filter((arg) => arg !== '--short');
const known = [...FAULTS, ...ON_DEMAND];
const unknown = names.find((name) => !known.some((fault) => fault.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no fault "${unknown}": name some of ${known.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}

let holds = true;
for (const fault of names.length === 0 ? FAULTS : known.filter(({ name }) => names.includes(name))) {
  process.stdout.write(`\n${fault.name}: ${fault.what}\n`);
  const began = performance.now();
  try {
    const findings = await fault.run(size, (line) => process.stderr.write(`  ${line}\n`));
    process.stdout.write(tableOf(findings));
    holds &&= findings.every((finding) => finding.holds);
  } catch (error) {
    process.stdout.write(`  void: ${(error as Error).message}\n`);
    holds = false;
  }
  process.stdout.write(`  in ${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
}
process.exit(holds ? 0 : 1);

function tableOf(findings: readonly Finding[]): string {
  const rows = [
    ['', 'what', 'seen', 'bar'],
    ...findings.map(({ what, seen, bar, holds: ok }) => [ok ? 'holds' : 'FAILS', what, seen, bar]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
    .join('\n')
    .concat('\n');
}
