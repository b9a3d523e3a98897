import { defineConfig } from 'vitest/config'

/** One guest at a time: two emulated processors are already all that the machine has. */
export default defineConfig({
  test: {
    include: ['test/vm/**/*.test.ts'],
    globalSetup: ['test/vm/set-up.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
})
