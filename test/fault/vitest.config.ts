import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They wait for a minute that the agent or the center has to let pass: everything else runs meanwhile. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => Number(/half-open|suspended-center/.test(moduleId))
    return files.toSorted((a, b) => isLong(b) - isLong(a))
  }
}

/** Real processes, some of them at a time; no file needs another's. */
export default defineConfig({
  test: {
    include: ['test/fault/**/*.test.ts'],
    globalSetup: ['test/fault/set-up.ts'],
    sequence: { sequencer: LongestFirst },
    // Only what never comes may end a test: two slow cores that do other work are no failure.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
  },
})
