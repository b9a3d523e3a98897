import { execFile } from 'node:child_process'
import { TanmoriError } from '../../../src/errors.ts'

const maxOutputBytes = 1_048_576

/** Runs a program without a shell; its standard output. `platform.failed` where it fails or takes longer than `timeoutMs`. */
export function runProgram(
  program: string,
  args: readonly string[],
  timeoutMs: number,
  as: Readonly<{ uid?: number; gid?: number }> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, maxBuffer: maxOutputBytes, killSignal: 'SIGKILL', ...as } as const
    execFile(program, [...args], options, (error, stdout) => {
      if (error === null) return resolve(stdout)
      reject(new TanmoriError('platform.failed', `${program}: ${error.message}`, { cause: error }))
    })
  })
}
