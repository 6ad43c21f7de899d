import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/console/build.ts'],
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // Two cores: more workers than that only make the real servers in the tests wait for each other.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
