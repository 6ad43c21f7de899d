import { defineConfig } from 'vitest/config'

/** Where a machine wants to read the results as well. */
const report = process.env.BURSAR_TEST_REPORT

export default defineConfig({
  test: {
    globalSetup: ['test/console/build.ts'],
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // Two cores: more workers than that only make the real servers in the tests wait for each other.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A browser that was kept waiting by its machine is asked once more, and the report says so. Only that: what is
    // wrong in what came fails at once.
    retry: { count: 1, condition: /Timeout \d+ms exceeded/ },
    expect: { poll: { timeout: 60_000 } },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
