import type { LiveData } from '../data/liveData.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';
import type { AttentionWeights } from '../kernels/attentionParameters.ts';
import type { FittedHead } from '../models/hybrid.ts';
import { LiveAttention } from '../online/liveAttention.ts';
import { LiveHybrid } from '../online/liveHybrid.ts';
import { arrayOf, putRows, putTree, type Tensors, treeOf } from './snapshotTensors.ts';
import type { TensorFile } from './tensorFile.ts';

/** What training fitted; it stays as it is until the next one. */
interface Fitted {
  readonly weights: AttentionWeights;
  readonly bounds: Float64Array;
  readonly bnn: FittedHead;
  readonly hybrid: FittedHead;
  readonly logVarianceShift: number;
}

/** @returns what the snapshot's metadata must keep of it, as JSON */
export function saveHybrid(
  tensors: Tensors,
  { attention, bnn, hybrid, logVarianceShift }: LiveHybrid,
  users: number,
  movies: number,
): string {
  putRows(tensors, 'attention.userFit', attention.userFit, users);
  putRows(tensors, 'attention.userBias', attention.userBias, users);
  putRows(tensors, 'attention.movieFit', attention.movieFit, movies);
  putRows(tensors, 'attention.users', attention.users, users);
  putRows(tensors, 'attention.movies', attention.movies, movies);
  putRows(tensors, 'attention.hidden', attention.hidden, movies);
  const fitted: Fitted = { weights: attention.weights, bounds: attention.bounds, bnn, hybrid, logVarianceShift };
  return putTree(tensors, 'fitted', fitted);
}

/** @param data the ratings and records of the same snapshot */
export function loadHybrid(file: TensorFile, json: string, vocabulary: Vocabulary, data: LiveData): LiveHybrid {
  const { weights, bounds, bnn, hybrid, logVarianceShift } = treeOf<Fitted>(file, json);
  const attention = new LiveAttention(weights, bounds, vocabulary);
  for (const name of ['userFit', 'userBias', 'movieFit', 'users', 'movies', 'hidden'] as const) {
    attention[name].put(arrayOf(file, `attention.${name}`) as Float64Array);
  }
  attention.restored(data);
  return new LiveHybrid({ attention, bnn, hybrid, logVarianceShift });
}
