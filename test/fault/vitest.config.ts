import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The agent takes a minute to give up a half-open connection: everything else runs meanwhile. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => Number(moduleId.includes('half-open'))
    return files.toSorted((a, b) => isLong(b) - isLong(a))
  }
}

/** Real processes, some of them at a time; no file needs another's. */
export default defineConfig({
  test: {
    include: ['test/fault/**/*.test.ts'],
    globalSetup: ['test/fault/set-up.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 110_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
})
