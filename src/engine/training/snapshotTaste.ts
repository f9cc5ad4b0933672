import { sharedCopy } from '../data/sharedArray.ts';
import { putTree, type Tensors, treeOf } from './snapshotTensors.ts';
import type { TasteFit } from './taste.ts';
import type { TensorFile } from './tensorFile.ts';

/** @returns what the snapshot's metadata must keep of it, as JSON */
export function saveTaste(tensors: Tensors, taste: TasteFit): string {
  return putTree(tensors, 'taste', taste);
}

export function loadTaste(file: TensorFile, json: string): TasteFit {
  const { relevance, axes } = treeOf<TasteFit>(file, json);
  const { ease, als, population } = relevance;
  return {
    axes,
    relevance: {
      ...relevance,
      ease: { ...ease, W: sharedCopy(ease.W) },
      als: { ...als, vectors: sharedCopy(als.vectors) },
      population: { ...population, covariance: sharedCopy(population.covariance) },
    },
  };
}
