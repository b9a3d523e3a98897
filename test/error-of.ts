import { TanmoriError } from '../src/errors.ts'

/** What was refused, and how; anything else that is thrown, or nothing, fails the test. */
export function errorOf(run: () => unknown): TanmoriError {
  try {
    run()
  } catch (error) {
    if (error instanceof TanmoriError) return error
    throw error
  }
  throw new Error('wanted a refusal, came none')
}
