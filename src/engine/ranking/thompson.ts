import type { Model } from '../../domain.ts';
import { Random } from '../math/random.ts';
import type { LiveModel } from '../online/liveModel.ts';
import type { Field } from '../online/nodeRecords.ts';

/**
 * Thompson sampling: the score of every movie under one draw from the posterior, working points. One draw of p_u, b_u from
 * N(p, v_p) and of each movie's q_i, c_i from N(q, v_q), averaged over the members, plus what attention and head add to the mean.
 * Keyed by (seed, the user's last own rating, user) and for a movie by its id, too: the same question has the same answer, another
 * one after each of the user's ratings, and a movie's draw is the same whatever else is asked for. (Thompson 1933; Chapelle and Li 2011.)
 */
export function drawScores(
  model: LiveModel,
  candidates: Int32Array,
  { u, userId, model: stage }: { readonly u: number; readonly userId: string; readonly model: Model },
): Float64Array {
  const { data, members } = model;
  const edges = data.ratings.ofUser(u);
  const last = edges.length === 0 ? 0 : data.ratings.sequenceOf(edges.at(-1)!);
  const list = [...members.values()];
  const seed = keyOf(`${list[0]!.seed}:${last}:${userId}`);
  const users = list.map(({ learner: { users } }, m) => drawn(users.p, users.v, u, new Random(seed, m)));
  const scores = new Float64Array(candidates.length);
  const q = list.map(({ learner }) => new Float64Array(learner.factors + 1));
  for (let position = 0; position < candidates.length; position += 1) {
    const i = candidates[position]!;
    const random = new Random(seed, list.length + keyOf(data.movieRecords[i]!.id));
    let score = 0;
    list.forEach(({ learner }, m) => {
      const k = learner.factors;
      const p = users[m]!;
      drawInto(q[m]!, learner.movies.q, learner.movies.v, i, random);
      score += learner.m0 + p[k]! + q[m]![k]!;
      for (let f = 0; f < k; f += 1) score += p[f]! * q[m]![f]!;
    });
    scores[position] = score / list.length + added(model, u, i, stage);
  }
  return scores;
}

/** What attention and head add to the mean. */
function added(model: LiveModel, u: number, i: number, stage: Model): number {
  if (stage === 'MF') return 0;
  const { graph, bayes } = model.predict(u, i, stage);
  return graph + bayes;
}

function drawn(mean: Field, variance: Field, row: number, random: Random): Float64Array {
  const draw = new Float64Array(mean.width);
  drawInto(draw, mean, variance, row, random);
  return draw;
}

function drawInto(draw: Float64Array, mean: Field, variance: Field, row: number, random: Random): void {
  for (let f = 0; f < draw.length; f += 1) draw[f] = mean.get(row, f) + Math.sqrt(variance.get(row, f)) * random.normal();
}

/** Two FNV-1a hashes of a text as one safe integer. */
function keyOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000197);
  }
  return ((high >>> 12) & 0xf_ffff) * 0x1_0000_0000 + (low >>> 0);
}
