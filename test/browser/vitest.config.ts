import { defineConfig } from 'vitest/config'

/** One Chromium and one center at a time; the pages are built once, before the first test. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/build-pages.ts'],
    fileParallelism: false,
    // Only what never comes may end a test: two slow cores that do other work are no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
