import { defineConfig } from 'vitest/config';

/** Tests that hold whole servers, browsers or their own memory to account: each file in a process of its own. */
const APART = ['test/bench.test.ts', 'test/{faults,flow,web}/**/*.test.ts'];

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
    projects: [
      // These wait for browsers, disks and clocks a quarter of their time, in which a third keeps two cores busy.
      { extends: true, test: { name: 'apart', include: APART, isolate: false, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      // Loading modules again for every file takes longer than most of these tests.
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: APART,
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
