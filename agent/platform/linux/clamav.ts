import { relative } from 'node:path'
import type { FolderScan, Scanner, ScannerVersion } from '../platform.ts'
import { listScanFiles } from '../scan-files.ts'
import { askClamdVersion, type ClamdAnswer, scanByStream } from './clamd-client.ts'
import { type ClamdSettings, readClamdSettings } from './clamd-settings.ts'
import { readClamscanVersion, scanWithClamdscan, scanWithClamscan } from './clamscan.ts'
import type { LinuxRoots } from './roots.ts'

const versionMs = 5_000
/** clamd reads one while the next is on its way. */
const parallel = 2
const maxProblems = 200

type Problem = FolderScan['problems'][number]

/** ClamAV: the daemon where it answers, the program that loads its patterns each time where it does not. */
export function createClamav(roots: LinuxRoots): Scanner {
  return {
    async describe() {
      const settings = readClamdSettings(roots)
      const text = (await versionOfDaemon(settings)) ?? (await readClamscanVersion())
      return text === null ? null : parseVersion(text)
    },
    async scan(folder, signal) {
      const settings = readClamdSettings(roots)
      if (settings?.socket != null && (await versionOfDaemon(settings)) !== null) {
        return scanWithDaemon(folder, settings.socket, settings, signal)
      }
      return scanWithClamscan(folder, signal)
    },
  }
}

/** `ClamAV 1.4.6/27500/Sat Nov 21 09:00:00 2026`; without a database the rest is missing. */
export function parseVersion(text: string): ScannerVersion | null {
  const [engine = '', ...database] = text.trim().split('/')
  return engine.startsWith('ClamAV') ? { engine, database: database.join(' ') } : null
}

async function versionOfDaemon(settings: ClamdSettings | null): Promise<string | null> {
  if (settings?.socket == null) return null
  try {
    return await askClamdVersion(settings.socket, AbortSignal.timeout(versionMs))
  } catch {
    return null // not running, or still loading: asked again, or the other program is taken
  }
}

async function scanWithDaemon(
  folder: string,
  socket: string,
  settings: ClamdSettings,
  signal: AbortSignal,
): Promise<FolderScan> {
  const infected: FolderScan['infected'][number][] = []
  const problems: Problem[] = []
  let files = 0
  let bytes = 0
  const found = listScanFiles(folder)

  async function work(): Promise<void> {
    for (let next = await found.next(); !next.done; next = await found.next()) {
      const file = next.value
      const name = relative(folder, file.path)
      if (signal.aborted) {
        problem({ path: name, why: 'timeout' })
        return
      }
      if ('why' in file) problem({ path: name, why: file.why })
      else if (file.size > settings.maxFileBytes) problem({ path: name, why: 'too-large' })
      else if (file.size > 0) await scanOne(file.path, name, file.size)
      else files += 1
    }
  }

  async function scanOne(path: string, name: string, size: number): Promise<void> {
    const answer = await scanFile(path, size, socket, settings, signal)
    if (answer.verdict === 'infected') infected.push({ path: name, signature: answer.signature })
    if (answer.verdict === 'problem') {
      problem({ path: name, why: signal.aborted ? 'timeout' : 'failed' })
      return
    }
    files += 1
    bytes += size
  }

  function problem(one: Problem): void {
    if (problems.length < maxProblems) problems.push(one)
  }

  await Promise.all(Array.from({ length: parallel }, work))
  return { files, bytes, infected, problems }
}

async function scanFile(
  path: string,
  size: number,
  socket: string,
  settings: ClamdSettings,
  signal: AbortSignal,
): Promise<ClamdAnswer> {
  try {
    if (size <= settings.maxStreamBytes) return await scanByStream(socket, path, signal)
    return await scanWithClamdscan(path, settings.file, signal)
  } catch (error) {
    return { verdict: 'problem', detail: error instanceof Error ? error.message : String(error) }
  }
}
