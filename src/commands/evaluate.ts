import type { Config } from '../config.ts';
import { type Device, openDevice } from '../engine/kernels/device.ts';
import { type ModelChoice, needsKernels } from './evaluatedModels.ts';
import { evaluateRanking, type RankingOptions } from './evaluateRanking.ts';
import { evaluateSplits, type SplitSource } from './evaluateSplits.ts';
import { evaluateStream, type StreamSource } from './evaluateStream.ts';
import { evaluationPage } from './evaluationPage.ts';
import type { Report } from './evaluationReport.ts';
import { reportTable } from './evaluationTable.ts';
import { type RankingReport, rankingTable } from './rankingReport.ts';
import { checkWritable, writeText } from './textFile.ts';

export type EvaluationSource =
  | SplitSource
  | StreamSource
  | { readonly kind: 'ranking'; readonly db: string; readonly protocol: RankingOptions['protocol'] };

export interface EvaluateOptions extends ModelChoice {
  readonly source: EvaluationSource;
  /** On a split of files: whether to turn the knobs of lists, too. */
  readonly knobs: boolean;
  readonly json: boolean;
  /** File for a page with charts; null: none. */
  readonly html: string | null;
}

/** `tastegraph evaluate`: accuracy, calibration and ranking of each model on the same ratings, or of lists alone. */
export async function runEvaluate(options: EvaluateOptions, config: Config): Promise<void> {
  if (options.html !== null) checkWritable(options.html);
  const { json, text, html } = await evaluated(options, config);
  process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text());
  if (options.html === null || html === null) return;
  writeText(options.html, html());
  process.stderr.write(`Charts written to ${options.html}: open it in a browser.\n`);
}

/** What was found, as it may be asked for. */
interface Found {
  readonly json: Report | RankingReport;
  readonly text: () => string;
  readonly html: (() => string) | null;
}

async function evaluated(options: EvaluateOptions, config: Config): Promise<Found> {
  const { source, ...rest } = options;
  if (source.kind === 'ranking') {
    const report = await rankedLists(options, source, config);
    return { json: report, text: () => rankingTable(report), html: null };
  }
  const { report, losses } =
    source.kind === 'stream'
      ? { report: await evaluateStream({ ...rest, source }, config), losses: [] }
      : await evaluateSplits({ ...rest, source }, config);
  return { json: report, text: () => reportTable(report), html: () => evaluationPage(report, losses) };
}

async function rankedLists(
  { models, seed }: EvaluateOptions,
  source: EvaluationSource & { kind: 'ranking' },
  config: Config,
): Promise<RankingReport> {
  const predicts = source.protocol === 'time' && needsKernels(models);
  const device: Device | null = predicts ? await openDevice(config.compute, (line) => process.stderr.write(`${line}\n`)) : null;
  try {
    return await evaluateRanking({ ...source, stage: models.includes('hybrid') ? 'hybrid' : 'mf', seed, device });
  } finally {
    await device?.close();
  }
}
