import { defineConfig } from 'vitest/config'

/** Two prefixes at a time: every file has its own, with its own registry, services and pipes. */
export default defineConfig({
  test: {
    include: ['test/wine/**/*.test.ts'],
    globalSetup: ['test/wine/set-up.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
})
