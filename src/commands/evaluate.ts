import type { Config } from '../config.ts';
import { type Device, openDevice } from '../engine/kernels/device.ts';
import { type ModelChoice, needsKernels } from './evaluatedModels.ts';
import { evaluateRanking, type RankingOptions } from './evaluateRanking.ts';
import { evaluateSplits, type SplitSource } from './evaluateSplits.ts';
import { evaluateStream, type StreamSource } from './evaluateStream.ts';
import type { Report } from './evaluationReport.ts';
import { reportTable } from './evaluationTable.ts';
import { type RankingReport, rankingTable } from './rankingReport.ts';

export type EvaluationSource =
  | SplitSource
  | StreamSource
  | { readonly kind: 'ranking'; readonly db: string; readonly protocol: RankingOptions['protocol'] };

export interface EvaluateOptions extends ModelChoice {
  readonly source: EvaluationSource;
  /** On a split of files: whether to turn the knobs of lists, too. */
  readonly knobs: boolean;
  readonly json: boolean;
}

/** `tastegraph evaluate`: accuracy, calibration and ranking of each model on the same ratings, or of lists alone. */
export async function runEvaluate(options: EvaluateOptions, config: Config): Promise<void> {
  const { json, text } = await evaluated(options, config);
  process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text());
}

async function evaluated(options: EvaluateOptions, config: Config): Promise<{ json: Report | RankingReport; text: () => string }> {
  const { source, ...rest } = options;
  if (source.kind === 'ranking') {
    const report = await rankedLists(options, source, config);
    return { json: report, text: () => rankingTable(report) };
  }
  const report =
    source.kind === 'stream'
      ? await evaluateStream({ ...rest, source }, config)
      : (await evaluateSplits({ ...rest, source }, config)).report;
  return { json: report, text: () => reportTable(report) };
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
