import { execFile } from 'node:child_process'
import { relative } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import type { FolderScan } from '../platform.ts'
import { type ClamdAnswer, parseAnswer } from './clamd-client.ts'

const maxOutputBytes = 16 * 2 ** 20
const versionMs = 20_000
/** clamscan(1): 0 nothing found, 1 found, 2 some file could not be scanned. */
const endings: ReadonlySet<unknown> = new Set([0, 1, 2])
/** Above it clamscan calls a file clean without looking; said here instead of left to its default. */
const maxFileMegabytes = 2000

/** Null where it is not installed or has no patterns. */
export async function readClamscanVersion(): Promise<string | null> {
  try {
    const { output } = await run('clamscan', ['--version'], AbortSignal.timeout(versionMs))
    return output.includes('/') ? output.trim() : null
  } catch {
    return null // not installed
  }
}

/** One file that is too large for a stream, handed over as an open file. */
export async function scanWithClamdscan(path: string, settingsFile: string, signal: AbortSignal): Promise<ClamdAnswer> {
  const args = ['--fdpass', '--stdout', '--no-summary', `--config-file=${settingsFile}`, '--', path]
  return parseAnswer((await run('clamdscan', args, signal)).output.split('\n')[0] ?? '')
}

/** A whole folder without the daemon. Limits are raised, and what goes beyond them is told as a finding of its own. */
export async function scanWithClamscan(folder: string, signal: AbortSignal): Promise<FolderScan> {
  const limits = [
    `--max-filesize=${maxFileMegabytes}M`,
    `--max-scansize=${maxFileMegabytes}M`,
    '--alert-exceeds-max=yes',
  ]
  const args = ['--recursive', '--stdout', '--suppress-ok-results', '--cross-fs=no', ...limits, '--', folder]
  try {
    const { output, code } = await run('clamscan', args, signal)
    return parseClamscan(output, folder, code)
  } catch (error) {
    if (!signal.aborted) throw error
    return { files: 0, bytes: 0, infected: [], problems: [{ path: '', why: 'timeout' }] }
  }
}

export function parseClamscan(output: string, folder: string, code: number): FolderScan {
  const infected: FolderScan['infected'][number][] = []
  const problems: FolderScan['problems'][number][] = []
  for (const line of output.split('\n')) {
    const found = /^(.*): (\S.*) FOUND$/.exec(line)
    const failed = /^(.*): .*(ERROR|Access denied|Can't open)/.exec(line)
    if (found !== null) {
      const path = relative(folder, found[1] ?? '')
      if ((found[2] ?? '').startsWith('Heuristics.Limits.Exceeded')) problems.push({ path, why: 'too-large' })
      else infected.push({ path, signature: found[2] ?? '' })
    } else if (failed !== null) problems.push({ path: relative(folder, failed[1] ?? ''), why: 'failed' })
  }
  const files = Number(/^Scanned files: (\d+)/m.exec(output)?.[1] ?? 0)
  const megabytes = Number(/^Data scanned: ([\d.]+) M/m.exec(output)?.[1] ?? 0)
  if (code === 2 && problems.length === 0) problems.push({ path: '', why: 'failed' })
  return { files, bytes: Math.round(megabytes * 2 ** 20), infected, problems }
}

/** Without a shell, at the lowest priority that the caller's signal lets live. */
function run(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<{ output: string; code: number }>> {
  return new Promise((resolve, reject) => {
    const options = { signal, maxBuffer: maxOutputBytes, killSignal: 'SIGKILL' } as const
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const code: unknown = error === null ? 0 : error.code
      if (typeof code === 'number' && endings.has(code)) return resolve({ output: `${stdout}\n${stderr}`, code })
      reject(new TanmoriError('platform.failed', `${program}: ${error?.message.slice(0, 500) ?? ''}`, { cause: error }))
    })
  })
}
