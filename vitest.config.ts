import { defineConfig } from 'vitest/config';

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
    // Loading modules again for every file takes longer than most tests.
    isolate: false,
    // Some wait for browsers, disks and clocks: a third worker keeps two cores busy meanwhile.
    maxWorkers: 3,
  },
});
