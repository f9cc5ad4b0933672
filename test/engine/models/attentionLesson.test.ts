import { expect, test } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { ATTENTION_DEFAULTS, fitAttention } from '../../../src/engine/models/attention.ts';
import { type AttentionLesson, type AttentionShape, withoutIdle } from '../../../src/engine/models/attentionLesson.ts';

const SHAPE: AttentionShape = { users: 3, movies: 4, userInputs: 1, movieInputs: 2, levels: 2 };

/** User 1 and movies 0 and 2 take no part. */
const LESSON: AttentionLesson = {
  userFeatures: Float64Array.of(10, 11, 12),
  movieFeatures: Float64Array.of(20, 21, 22, 23, 24, 25, 26, 27),
  messages: { u: Int32Array.of(0, 2), i: Int32Array.of(3, 3), level: Int32Array.of(0, 1) },
  targets: { u: Int32Array.of(2), i: Int32Array.of(1), residual: Float64Array.of(0.5) },
};

test('nodes that take no part are left out, and the others keep their features and their order', () => {
  const { lessons, shape } = withoutIdle([LESSON], SHAPE);
  expect(shape).toEqual({ ...SHAPE, users: 2, movies: 2 });
  expect(lessons).toEqual([
    {
      userFeatures: Float64Array.of(10, 12),
      movieFeatures: Float64Array.of(22, 23, 26, 27),
      messages: { u: Int32Array.of(0, 1), i: Int32Array.of(1, 1), level: Int32Array.of(0, 1) },
      targets: { u: Int32Array.of(1), i: Int32Array.of(0), residual: Float64Array.of(0.5) },
    },
  ]);
});

test('they change nothing: the weights are those of a fit without them', async () => {
  const options = { ...ATTENTION_DEFAULTS, steps: 5 };
  const compact = withoutIdle([LESSON], SHAPE);
  const among = await fitAttention([LESSON], SHAPE, options, new Random(3), null);
  const alone = await fitAttention(compact.lessons, compact.shape, options, new Random(3), null);
  expect(among).toEqual(alone);
});
