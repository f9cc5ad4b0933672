import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { attentionGraph } from '../src/engine/kernels/attentionGraph.ts';
import { type AttentionSize, startingWeights } from '../src/engine/kernels/attentionParameters.ts';
import { referenceTrainer } from '../src/engine/kernels/attentionReference.ts';
import type { AttentionInput, AttentionTrainer } from '../src/engine/kernels/attentionStep.ts';
import { kernelTrainer } from '../src/engine/kernels/attentionTrainer.ts';
import { openDevice } from '../src/engine/kernels/device.ts';
import { Random } from '../src/engine/math/random.ts';
import { ATTENTION_DEFAULTS } from '../src/engine/models/attention.ts';
import { factorizationData } from '../src/engine/models/factorizationData.ts';
import { describeMovie, describeUser, movieInputs, userInputs } from '../src/engine/models/nodeFeatures.ts';
import { graphOf } from '../src/engine/training/lessons.ts';
import { compare, type Figure } from './measure.ts';
import type { BenchSize } from './size.ts';

/** Steps that a turn takes. */
const STEPS = 6;

/** "attention step": one step of the graph attention's training, forward and backward, in kernels on WebAssembly and in plain loops. */
export async function attentionStepFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  const { attention, input, targets } = lessonOf(table, size);
  const { weights } = startingWeights(attention, new Random(0));
  const capacity = { users: table.users.length, movies: table.movies.length, edges: size.messages, targets: size.targets };
  const device = await openDevice('webasm', () => {});
  // On one thread, as the twin is: two that share a core take more processor time for the same step.
  const [kernels, twin] = [kernelTrainer(device, attention, capacity, { threads: false }), referenceTrainer(attention)];
  const speedOf = (trainer: AttentionTrainer) => async () => {
    const before = process.cpuUsage();
    for (let step = 0; step < STEPS; step += 1) await trainer.run(weights, input, targets);
    const { user, system } = process.cpuUsage(before);
    return STEPS / ((user + system) / 1e6);
  };
  try {
    const figure = await compare({
      name: 'attention step',
      what: `a step of the graph attention on ${device.backend}: ${size.messages} messages of ${attention.levels} levels, ${size.targets} targets`,
      unit: 'steps/s CPU',
      reference: 'referenceTrainer',
      rounds: size.rounds,
      bar: { atLeast: 0.9 },
      measure: speedOf(kernels),
      measureReference: speedOf(twin),
    });
    return [figure];
  } finally {
    await kernels.close();
    await device.close();
  }
}

/** The first ratings, in whole stars, are the messages, and those after them the targets. */
function lessonOf(table: RatingTable, { messages, targets }: BenchSize) {
  const stars = { ...table, scale: { ...table.scale, step: 1 }, r: table.r.map(Math.round) };
  const { vocabulary } = factorizationData(table);
  const { edges, bounds } = graphOf(stars);
  const { dimension, heads } = ATTENTION_DEFAULTS;
  const levels = bounds.length + 1;
  const attention: AttentionSize = { userInputs: userInputs(vocabulary), movieInputs: movieInputs(vocabulary), levels, dimension, heads };
  const nodes = { users: table.users.length, movies: table.movies.length };
  const heard = { u: edges.u.subarray(0, messages), i: edges.i.subarray(0, messages), level: edges.level.subarray(0, messages) };
  const fit = { bias: 0.1, eta: 0.1, count: messages / nodes.users };
  const described = <T>(records: readonly T[], inputs: number, describe: (record: T, x: Float64Array) => void) => {
    const x = new Float64Array(records.length * inputs);
    for (const [node, record] of records.entries()) describe(record, x.subarray(node * inputs, (node + 1) * inputs));
    return x;
  };
  const input: AttentionInput = {
    graph: attentionGraph(heard, { ...nodes, levels }),
    userFeatures: described(table.users, attention.userInputs, (user, x) => describeUser(vocabulary, user, fit, x)),
    movieFeatures: described(table.movies, attention.movieInputs, (movie, x) => describeMovie(vocabulary, movie, fit, x)),
    dropout: null,
  };
  const asked = { from: messages, to: messages + targets };
  if (asked.to > table.r.length)
    throw new RangeError(`${table.r.length} ratings are too few for ${messages} messages and ${targets} targets.`);
  return {
    attention,
    input,
    targets: {
      u: table.u.subarray(asked.from, asked.to),
      i: table.i.subarray(asked.from, asked.to),
      residual: Float64Array.from(table.r.subarray(asked.from, asked.to), (r) => (r - 3) / 2),
    },
  };
}
