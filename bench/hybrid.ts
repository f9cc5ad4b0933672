import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { durableHybridFigure } from './durable.ts';
import type { Figure } from './measure.ts';
import { requestMemoryFigure } from './memory.ts';
import { recommendHybridFigure } from './recommend.ts';
import type { BenchSize } from './size.ts';
import { trainFigure } from './train.ts';
import { defaultConfig, inFolder } from './workplace.ts';

/** What the hybrid takes, from one database: it is trained there first, and the ratings that change it come last. */
export function hybridFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/hybrid.db`);
    return [
      await trainFigure(table, config),
      await recommendHybridFigure(table, size, config),
      await requestMemoryFigure(table, size, config),
      await durableHybridFigure(table, size, config),
    ];
  });
}
