import { win32 } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import type { FolderScan, Scanner, ScannerVersion } from '../platform.ts'
import { listScanFiles, type ScanFile } from '../scan-files.ts'
import type { Registry } from './win32/registry.ts'

/** What the program printed and ended with, or why it did not come to that. */
export type ProgramEnd = Readonly<{ text: string; code: number } | { failure: 'timeout' | 'failed'; detail: string }>

export type DefenderDeps = Readonly<{
  registry: Pick<Registry, 'readValue'>
  run(command: readonly string[], signal: AbortSignal): Promise<ProgramEnd>
  listFiles?: (folder: string) => AsyncIterable<ScanFile>
}>

const defender = 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender'
const policy = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender'
const updates = `${defender}\\Signature Updates`
const maxProblems = 200

/**
 * Microsoft Defender by its own program ("mpcmdrun.exe command-line tool"), which also reads archives and, without
 * remediation, leaves the medium as it is and takes no exclusions. Another product scans what is opened, but offers no
 * common way to be asked: AMSI takes what fits into memory and would load the product into this process.
 */
export function createDefender(deps: DefenderDeps): Scanner {
  return {
    describe: async () => describeDefender(deps.registry),
    async scan(folder, signal) {
      const program = findProgram(deps.registry)
      if (program === null) throw new TanmoriError('platform.failed', 'Microsoft Defender: no MpCmdRun.exe')
      const listed = await listFolder((deps.listFiles ?? listScanFiles)(folder), folder, signal)
      if (signal.aborted) return { ...listed, problems: [...listed.problems, { path: '', why: 'timeout' }] }
      const end = await deps.run([program, '-Scan', '-ScanType', '3', '-File', folder, '-DisableRemediation'], signal)
      return judgeEnd(end, folder, listed)
    },
  }
}

/** Null where it is not there, has no patterns, or is switched off in favour of another product. */
function describeDefender(registry: Pick<Registry, 'readValue'>): ScannerVersion | null {
  const engine = textOf(registry, updates, 'EngineVersion')
  const database = textOf(registry, updates, 'AVSignatureVersion')
  const isOff = [defender, policy].some((path) =>
    ['DisableAntiSpyware', 'DisableAntiVirus'].some((name) => isSet(registry, path, name)),
  )
  if (engine === null || database === null || isOff || findProgram(registry) === null) return null
  return { engine: `Microsoft Defender ${engine}`, database }
}

/** Its folder changes with every version of the platform; the registry knows the one in use. */
function findProgram(registry: Pick<Registry, 'readValue'>): string | null {
  const folder = textOf(registry, defender, 'InstallLocation')
  return folder !== null && /^[a-z]:\\/i.test(folder) ? win32.join(folder, 'MpCmdRun.exe') : null
}

/** `Virus:DOS/EICAR_Test_File`: names are the same in every language ("How Microsoft names malware"). */
const threatLine = /^[^\s:][^:]*:\s+([A-Za-z]+:[A-Za-z0-9_]+\/\S+)\s*$/
const resourceLine = /^\s+(?:file|containerfile|[a-z]+)\s*:\s+(?:[a-z]+:)?([A-Za-z]:\\.*|\\\\.*)$/
const failureCode = /\bhr\s*=\s*0x([0-9a-f]{8})\b/i

/**
 * 0 is nothing found; 2 is malware, or an error. Which of the two is told by the names of what was found and by the
 * code of the error, never by words: what is neither could not be scanned, and is never clean.
 */
export function judgeEnd(end: ProgramEnd, folder: string, listed: FolderScan): FolderScan {
  if ('failure' in end) return withProblem(listed, end.failure)
  const infected = parseThreats(end.text, folder)
  if (infected.length > 0) return { ...listed, infected }
  const isClean = end.code === 0 && !failureCode.test(end.text)
  return isClean ? listed : withProblem(listed, 'failed')
}

/** A threat, then the places where it was found; a threat whose place is not told counts all the same. */
function parseThreats(text: string, folder: string): FolderScan['infected'] {
  const threats: { signature: string; paths: string[] }[] = []
  for (const line of text.split(/\r?\n/)) {
    const signature = threatLine.exec(line)?.[1]
    if (signature !== undefined) threats.push({ signature, paths: [] })
    const place = resourceLine.exec(line)?.[1]
    if (place !== undefined) threats.at(-1)?.paths.push(inside(folder, place))
  }
  return threats.flatMap(({ signature, paths }) =>
    (paths.length === 0 ? [''] : [...new Set(paths)]).map((path) => ({ path, signature })),
  )
}

/** `archive.zip->inner.exe` stays as it is told. */
function inside(folder: string, path: string): string {
  const [outer = '', ...inner] = path.split('->')
  return [win32.relative(folder, outer), ...inner].join('->')
}

/** The program tells no numbers, and nothing of what it may not read. */
async function listFolder(files: AsyncIterable<ScanFile>, folder: string, signal: AbortSignal): Promise<FolderScan> {
  const problems: FolderScan['problems'][number][] = []
  let count = 0
  let bytes = 0
  for await (const file of files) {
    if (signal.aborted) break
    if ('why' in file) {
      if (problems.length < maxProblems) problems.push({ path: win32.relative(folder, file.path), why: file.why })
      continue
    }
    count += 1
    bytes += file.size
  }
  return { files: count, bytes, infected: [], problems }
}

function withProblem(listed: FolderScan, why: 'timeout' | 'failed'): FolderScan {
  return { ...listed, problems: [...listed.problems, { path: '', why }] }
}

function textOf(registry: Pick<Registry, 'readValue'>, path: string, name: string): string | null {
  const value = registry.readValue(path, name)
  return (value?.type === 'string' || value?.type === 'expand') && value.data !== '' ? value.data : null
}

function isSet(registry: Pick<Registry, 'readValue'>, path: string, name: string): boolean {
  const value = registry.readValue(path, name)
  return value?.type === 'dword' && value.data !== 0
}
