import { defineConfig } from 'vitest/config';

/** Tests that hold whole servers, browsers or their own memory to account: each file in a process of its own. */
const APART = ['test/bench.test.ts', 'test/{commands,faults,flow,web}/**/*.test.ts'];

export default defineConfig({
  resolve: {
    // graphql ships twice, and Vite would take the copy that Node doesn't: one process then holds two of every class.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    // Tests that start real processes wait for them; the limit is for a hang, not for speed.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      // Loading modules again for every file takes longer than most of these tests.
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: APART, isolate: false } },
    ],
  },
});
