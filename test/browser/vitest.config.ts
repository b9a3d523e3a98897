import { defineConfig } from 'vitest/config'

/** One Chromium and one center at a time; the pages are built once, before the first test. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/build-pages.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
