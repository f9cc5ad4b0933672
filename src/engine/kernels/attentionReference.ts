import { backward, score } from './attentionBackward.ts';
import { forward } from './attentionForward.ts';
import type { AttentionWeights } from './attentionParameters.ts';
import { type AttentionSize, flatWeights } from './attentionParameters.ts';
import type { AttentionForward, AttentionInput, AttentionRows, AttentionTrainer } from './attentionStep.ts';

/** The plain-loop twin of the kernels' training step, in double precision. */
export function referenceTrainer(size: AttentionSize): AttentionTrainer {
  const gradient = flatWeights(size);
  return {
    async run(weights, input, targets) {
      gradient.flat.fill(0);
      const state = forward(weights, input);
      const { loss, dzu, dzi } = score(weights, gradient, state.users.z, state.movies.z, targets);
      backward(weights, gradient, input, state, dzu, dzi);
      return { loss, gradient: gradient.flat };
    },
    close: async () => {},
  };
}

export function referenceForward(): AttentionForward {
  return { run: async (weights, input) => referenceRows(weights, input), close: async () => {} };
}

export function referenceRows(weights: AttentionWeights, input: AttentionInput): AttentionRows {
  const { users, movies } = forward(weights, input);
  return { users: users.z, movies: movies.z };
}
