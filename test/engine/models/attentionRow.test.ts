import { describe, expect, it } from 'vitest';
import type { AttentionEdges } from '../../../src/engine/kernels/attentionGraph.ts';
import { type AttentionSideWeights, type AttentionWeights, startingWeights } from '../../../src/engine/kernels/attentionParameters.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { attentionDelta, attentionRows } from '../../../src/engine/models/attention.ts';
import { AttentionRow, hiddenOf, type Messages, newMessages, writeMessage } from '../../../src/engine/models/attentionRow.ts';

const USERS = 14;
const MOVIES = 11;
const SIZE = { userInputs: 7, movieInputs: 5, levels: 4, dimension: 24, heads: 2 };
const { levels: LEVELS, dimension: D } = SIZE;

const random = new Random(21);
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());

/** No weight is 0, unlike at the start of a fit. */
function randomWeights(): AttentionWeights {
  const { flat, weights } = startingWeights(SIZE, random);
  for (let at = 0; at < flat.length; at += 1) flat[at]! += 0.2 * random.normal();
  return weights;
}

/** Every third pair; the last user and the last two movies have none. */
function randomEdges(): AttentionEdges {
  const pairs: [number, number][] = [];
  for (let u = 0; u < USERS - 1; u += 1) for (let i = 0; i < MOVIES - 2; i += 1) if (random.uniform() < 0.35) pairs.push([u, i]);
  random.shuffle(pairs);
  const column = (pick: (pair: [number, number]) => number) => Int32Array.from(pairs, pick);
  return { u: column(([u]) => u), i: column(([, i]) => i), level: column(() => random.below(LEVELS)) };
}

const weights = randomWeights();
const edges = randomEdges();
const userFeatures = normals(USERS * SIZE.userInputs);
const movieFeatures = normals(MOVIES * SIZE.movieInputs);
userFeatures[3] = 0; // a missing feature
const rows = await attentionRows(weights, userFeatures, movieFeatures, edges, null);

/** A side with its own features and those of whom it hears. */
interface Side {
  readonly own: AttentionSideWeights;
  readonly other: AttentionSideWeights;
  readonly features: Float64Array;
  readonly otherFeatures: Float64Array;
  readonly nodes: number;
  readonly ofEdge: Int32Array;
  readonly otherOfEdge: Int32Array;
}

const users: Side = {
  own: weights.users,
  other: weights.movies,
  features: userFeatures,
  otherFeatures: movieFeatures,
  nodes: USERS,
  ofEdge: edges.u,
  otherOfEdge: edges.i,
};
const movies: Side = {
  own: weights.movies,
  other: weights.users,
  features: movieFeatures,
  otherFeatures: userFeatures,
  nodes: MOVIES,
  ofEdge: edges.i,
  otherOfEdge: edges.u,
};

function hidden(side: AttentionSideWeights, features: Float64Array, node: number): Float64Array {
  const inputs = side.F.length / D;
  const h = new Float64Array(D).fill(99);
  hiddenOf(side, features.subarray(node * inputs, (node + 1) * inputs), h);
  return h;
}

/** The edges of a node, and a message of each, in a pool where others lie between them. */
function messagesTo(side: Side, node: number): { heard: Int32Array; messages: Messages } {
  const ofNode = [...side.ofEdge.keys()].filter((edge) => side.ofEdge[edge] === node);
  const heard = Int32Array.from(ofNode, (_, m) => 2 * m + 1).reverse();
  const slots = 2 * ofNode.length + 1;
  const messages = newMessages(slots, SIZE);
  for (const values of Object.values(messages)) values.fill(99);
  ofNode.forEach((edge, m) => {
    writeMessage(side.own, hidden(side.other, side.otherFeatures, side.otherOfEdge[edge]!), edges.level[edge]!, messages, 2 * m + 1);
  });
  return { heard, messages };
}

describe.each([
  ['user', users, rows.users],
  ['movie', movies, rows.movies],
] as const)('one row of a %s', (_, side, expected) => {
  const row = new AttentionRow(side.own, SIZE, 64);

  it('equals its row of the whole layer, with messages in any order, for every node', () => {
    const z = new Float64Array(side.nodes * D).fill(99);
    for (let node = 0; node < side.nodes; node += 1) {
      const { heard, messages } = messagesTo(side, node);
      row.write(hidden(side.own, side.features, node), messages, heard, heard.length, z, node * D);
    }
    let largest = 0;
    z.forEach((value, at) => {
      largest = Math.max(largest, Math.abs(value - expected[at]!));
    });
    expect(largest).toBeLessThan(1e-12);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('has alphas that sum to 1, one of each message, and none without messages', () => {
    let [withMessages, without] = [0, 0];
    for (let node = 0; node < side.nodes; node += 1) {
      const { heard, messages } = messagesTo(side, node);
      row.write(hidden(side.own, side.features, node), messages, heard, heard.length, new Float64Array(D), 0);
      const alpha = Array.from(heard, (_, e) => row.alphaOf(e));
      const sum = alpha.reduce((total, share) => total + share, 0);
      expect(sum).toBeCloseTo(heard.length > 0 ? 1 : 0, 12);
      for (const share of alpha) expect(share).toBeGreaterThan(0);
      if (heard.length > 0) withMessages += 1;
      else without += 1;
    }
    expect(withMessages).toBeGreaterThan(5);
    expect(without).toBeGreaterThan(0);
  });

  it('hears the first n messages alone', () => {
    const node = [...Array(side.nodes).keys()].find((candidate) => messagesTo(side, candidate).heard.length >= 3)!;
    const { heard, messages } = messagesTo(side, node);
    const h = hidden(side.own, side.features, node);
    const [two, cut, all] = [new Float64Array(D), new Float64Array(D), new Float64Array(D)];
    row.write(h, messages, heard, heard.length, all, 0);
    row.write(h, messages, heard, 2, cut, 0);
    row.write(h, messages, heard.slice(0, 2), 2, two, 0);
    expect(cut).toEqual(two);
    expect(cut).not.toEqual(all);
  });
});

describe('a row by hand', () => {
  it('shares its attention as e^score, and leaks where it is negative', () => {
    // d 1, one head: T = (W + W_r) h + b_r, score = LeakyReLU.2(a_s T + a_r + a_d W_d h), z = O LeakyReLU.1(Σ alpha T + S h).
    const side: AttentionSideWeights = {
      F: Float64Array.of(2),
      W: Float64Array.of(1),
      Wr: Float64Array.of(0, 1),
      br: Float64Array.of(0, -1),
      as: Float64Array.of(0.5),
      ar: Float64Array.of(0, 0.25),
      ad: Float64Array.of(1),
      Wd: Float64Array.of(0.5),
      S: Float64Array.of(-4),
      O: Float64Array.of(10),
    };
    const messages = newMessages(2, { dimension: 1, heads: 1 });
    writeMessage(side, Float64Array.of(-3), 0, messages, 0); // T = −3, key = −1.5
    writeMessage(side, Float64Array.of(1.5), 1, messages, 1); // T = 2 × 1.5 − 1 = 2, key = 1.25
    expect([...messages.T, ...messages.key]).toEqual([-3, 2, -1.5, 1.25]);

    const h = new Float64Array(1);
    hiddenOf(side, Float64Array.of(0.5), h);
    expect(h).toEqual(Float64Array.of(1));

    const row = new AttentionRow(side, { dimension: 1, heads: 1 }, 2);
    const z = new Float64Array(2);
    row.write(h, messages, Int32Array.of(0, 1), 2, z, 1);
    // Scores: −1.5 + .5 = −1, leaking to −.2; 1.25 + .5 = 1.75.
    const alpha = Math.exp(1.75) / (Math.exp(1.75) + Math.exp(-0.2));
    expect(row.alphaOf(1)).toBeCloseTo(alpha, 14);
    expect(row.alphaOf(0)).toBeCloseTo(1 - alpha, 14);
    // The sum is negative: 2 alpha − 3 (1 − alpha) − 4.
    expect(z[1]).toBeCloseTo(10 * 0.1 * (2 * alpha - 3 * (1 - alpha) - 4), 13);
    expect(z[0]).toBe(0);
  });

  it.each([
    ['far above', 0, [900, 901]],
    ['far below', 0, [-4_901, -4_900]],
    ['of either sign', 500, [400, 401]],
  ])('shares its attention alike when scores are %s what a power can hold', (_, own, keys) => {
    const side: AttentionSideWeights = {
      ...{ F: Float64Array.of(1), W: Float64Array.of(0), Wr: Float64Array.of(0, 0), br: Float64Array.of(3, 7) },
      ...{ as: Float64Array.of(0), ar: Float64Array.from(keys), ad: Float64Array.of(own) },
      ...{ Wd: Float64Array.of(1), S: Float64Array.of(0), O: Float64Array.of(1) },
    };
    const messages = newMessages(2, { dimension: 1, heads: 1 });
    for (const level of [0, 1]) writeMessage(side, Float64Array.of(0), level, messages, level); // T = 3 and 7
    const row = new AttentionRow(side, { dimension: 1, heads: 1 }, 2);
    const z = new Float64Array(1);
    row.write(Float64Array.of(1), messages, Int32Array.of(0, 1), 2, z, 0);
    const between = keys[0]! < 0 ? 0.2 : 1;
    const alpha = 1 / (1 + Math.exp(-between));
    expect(row.alphaOf(1)).toBeCloseTo(alpha, 12);
    expect(z[0]).toBeCloseTo(3 + 4 * alpha, 12);
  });

  it('adds mu + w_u·z_u + w_i·z_i + z_u·z_i to a score', () => {
    const two = {
      ...weights,
      dimension: 2,
      mu: Float64Array.of(0.5),
      userWeight: Float64Array.of(1, 2),
      movieWeight: Float64Array.of(-1, 3),
    };
    const [zu, zi] = [Float64Array.of(9, 9, 1, -1), Float64Array.of(0.5, 2, 9, 9)];
    // .5 + (1 − 2) + (−.5 + 6) + (.5 − 2)
    expect(attentionDelta(two, zu, 1, zi, 0)).toBeCloseTo(3.5, 14);
  });
});
