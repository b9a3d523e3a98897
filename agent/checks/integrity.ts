import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { AgentFactValue } from '../../src/checks/agent-facts.ts'
import { errnoOf } from '../platform/errno.ts'
import type { OwnFile } from '../platform/platform.ts'
import type { KeptFile } from '../policy-files.ts'

type IntegrityFile = AgentFactValue<'integrity'>['files'][number]

export type IntegrityDeps = Readonly<{
  readOwnFiles: () => Promise<readonly OwnFile[]>
  /** The agent's settings, and what the policy store wrote last, by path. */
  settingsFile: string
  policyFiles: () => readonly Readonly<{ path: string; isAsHeld: boolean | null }>[]
  /** Where the expectations are kept. */
  file: KeptFile<Recorded>
  now: () => Date
}>

export const recordedSchema = z.strictObject({ at: z.iso.datetime(), files: z.record(z.string(), z.string()) })
export type Recorded = z.infer<typeof recordedSchema>

export type Integrity = Readonly<{
  read(): Promise<AgentFactValue<'integrity'>>
  /** What is there now is right from now on. */
  accept(): Promise<void>
}>

/**
 * The agent's own files against what is expected of them: the package manager's digests where a package brought them,
 * what the policy store holds in memory for its files, else what was recorded at the first start.
 */
export function createIntegrity(deps: IntegrityDeps): Integrity {
  let recorded: Recorded | null = null
  let isKept = false
  const record = (files: readonly Found[]) => {
    const digests = files
      .filter(({ role, isAsExpected }) => role !== 'rules' && role !== 'policy' && isAsExpected === null)
      .flatMap(({ path, sha256 }) => (sha256 === null ? [] : [[path, sha256] as const]))
    recorded = { at: deps.now().toISOString(), files: Object.fromEntries(digests) }
    isKept = keep(deps.file, recorded)
  }
  return {
    async read() {
      const files = await readAll(deps)
      if (recorded === null) {
        const kept = deps.file.read()
        if (kept.state === 'there') [recorded, isKept] = [kept.content, true]
        else record(files)
      }
      const expected = recorded?.files ?? {}
      const gone = Object.keys(expected).filter((path) => !files.some((file) => file.path === path))
      return {
        recordedAt: isKept ? (recorded?.at ?? null) : null,
        files: [...files.map((file) => judgeFile(file, expected[file.path])), ...gone.map(missing(expected))],
      }
    },
    async accept() {
      record(await readAll(deps))
    },
  }
}

type Found = Readonly<{
  path: string
  role: IntegrityFile['role']
  sha256: string | null
  isMissing: boolean
  modifiedAt: string | null
  /** Whether somebody other than the record vouches for it; null: nobody does. */
  isAsExpected: boolean | null
  source: 'package' | 'recorded'
}>

async function readAll({ readOwnFiles, settingsFile, policyFiles }: IntegrityDeps): Promise<readonly Found[]> {
  const own = await readOwnFiles()
  const policies = await Promise.all(
    policyFiles().map(async ({ path, isAsHeld }) => ({ ...(await readOne(path, 'policy')), isAsExpected: isAsHeld })),
  )
  return [
    ...own.map(({ isAsPackaged, ...file }) => ({ ...file, isAsExpected: isAsPackaged, source: 'package' as const })),
    await readOne(settingsFile, 'settings'),
    ...policies,
  ].filter(({ role, isMissing }) => role !== 'settings' || !isMissing)
}

async function readOne(path: string, role: IntegrityFile['role']): Promise<Found> {
  const nothing = {
    path,
    role,
    sha256: null,
    isMissing: false,
    modifiedAt: null,
    isAsExpected: null,
    source: 'recorded',
  } as const
  try {
    const found = await stat(path)
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    return { ...nothing, sha256, modifiedAt: found.mtime.toISOString() }
  } catch (error) {
    return { ...nothing, isMissing: errnoOf(error) === 'ENOENT' }
  }
}

function judgeFile(file: Found, recorded: string | undefined): IntegrityFile {
  const { path, role, sha256, isMissing, modifiedAt, isAsExpected, source } = file
  const known = { path, role, sha256, changedAt: modifiedAt }
  if (isMissing)
    return {
      ...known,
      state: 'missing',
      expected: recorded ?? null,
      source: recorded === undefined ? 'none' : 'recorded',
    }
  if (sha256 === null) return { ...known, state: 'unreadable', expected: recorded ?? null, source: 'none' }
  if (isAsExpected !== null) {
    return { ...known, state: isAsExpected ? 'same' : 'changed', expected: isAsExpected ? sha256 : null, source }
  }
  // The rules follow the policy; that they are as the policy wants is the default deny's own observation.
  if (role === 'rules') return { ...known, state: 'same', expected: null, source: 'none' }
  if (recorded === undefined) return { ...known, state: 'new', expected: null, source: 'none' }
  return { ...known, state: recorded === sha256 ? 'same' : 'changed', expected: recorded, source: 'recorded' }
}

/** What was recorded and is no longer found at all. */
function missing(expected: Readonly<Record<string, string>>): (path: string) => IntegrityFile {
  return (path) => ({
    path,
    role: /\.(service|socket|path|conf)$|^HKLM\\/.test(path) ? 'unit' : 'executable',
    state: 'missing',
    sha256: null,
    expected: expected[path] ?? null,
    source: 'recorded',
    changedAt: null,
  })
}

function keep(file: KeptFile<Recorded>, recorded: Recorded): boolean {
  try {
    file.write(recorded)
    return true
  } catch {
    return false // the disk is full or may not be written: `recordedAt` says that nothing is kept
  }
}
