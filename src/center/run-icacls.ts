import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { windowsFolder } from './config.ts'

const timeoutMs = 15_000
const maxOutputBytes = 65_536

/** Windows' own tool by its whole path. What it prints is translated: its exit status counts. */
export function runIcacls(args: readonly string[]): Promise<void> {
  const program = join(windowsFolder, 'System32', 'icacls.exe')
  const limits = { timeout: timeoutMs, maxBuffer: maxOutputBytes, windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile(program, args, limits, (error) => {
      if (error === null) resolve()
      else reject(new Error(`${program} ${args[1] ?? ''}: ${error.code ?? error.signal ?? 'no end'}`, { cause: error }))
    })
  })
}
