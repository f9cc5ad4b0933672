import { attentionStepFigures } from './attentionStep.ts';
import { benchData } from './data.ts';
import { durableFigures } from './durable.ts';
import { exploreFigures } from './explore.ts';
import { hybridFigures } from './hybrid.ts';
import { learnFigures } from './learn.ts';
import type { Figure } from './measure.ts';
import { retrainingFigures } from './memory.ts';
import { recommendFigures } from './recommend.ts';
import { relevanceFigures } from './relevance.ts';
import type { BenchSize } from './size.ts';
import { upkeepFigures } from './upkeep.ts';

/** Every figure, one after the other. @param onPart told what comes next */
export async function runBench(size: BenchSize, onPart: (name: string) => void = () => {}): Promise<Figure[]> {
  onPart('data');
  const table = benchData(size);
  const figures: Figure[] = [];
  const parts = {
    learnFigures,
    durableFigures,
    recommendFigures,
    relevanceFigures,
    exploreFigures,
    attentionStepFigures,
    hybridFigures,
    retrainingFigures,
    upkeepFigures,
  };
  for (const [name, measure] of Object.entries(parts)) {
    onPart(name.replace('Figures', ''));
    figures.push(...(await measure(table, size)));
  }
  return figures;
}
