import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const commandMs = 60_000
const maxOutputBytes = 4_194_304

/** Runs one of the project's own commands with `--json` and gives what it printed. Throws with what it complained of. */
export async function runJson(file: string, args: readonly string[]): Promise<unknown> {
  try {
    const { stdout } = await run(process.execPath, ['--no-warnings', file, ...args, '--json'], {
      timeout: commandMs,
      maxBuffer: maxOutputBytes,
    })
    return stdout.trim() === '' ? null : JSON.parse(stdout)
  } catch (cause) {
    const said = typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr) : ''
    const told = typeof cause === 'object' && cause !== null && 'stdout' in cause ? String(cause.stdout) : ''
    throw new Error(`${args.slice(0, 3).join(' ')}: ${said || told || String(cause)}`, { cause })
  }
}
