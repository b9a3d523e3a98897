import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type PolicySetting, parsePolicyFile, policyFileLimits } from './group-policy.ts'
import type { Registry } from './win32/registry.ts'

export type GroupPolicyDeps = Readonly<{
  registry: Pick<Registry, 'readValue' | 'listKeys'>
  /** `C:\Windows\System32` */
  systemFolder: string
}>

const shellFolders = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders'
/** What group policies were applied by the registry extension ("Group Policy: Registry Extension", MS-GPREG). */
const history =
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\History\\{35378EAC-683F-11D2-A89A-00C04FBBCFA2}'
const maxNames = 20
const recheckMs = 1_000

/**
 * What group policies say of this machine's registry: the local one from its own file, those of the domain from the file
 * that Windows keeps of all it applied (`ntuser.pol` of all users). No share is asked: it may be out of reach.
 */
export function createGroupPolicyReader({ registry, systemFolder }: GroupPolicyDeps): () => readonly PolicySetting[] {
  const local = join(systemFolder, 'GroupPolicy', 'Machine', 'Registry.pol')
  let known: readonly PolicySetting[] = []
  let mark = ''
  let checkedAtMs = Number.NEGATIVE_INFINITY

  return () => {
    const nowMs = performance.now()
    if (nowMs - checkedAtMs < recheckMs && mark !== '') return known
    checkedAtMs = nowMs
    const applied = appliedFile(registry)
    const files = [...(applied === null ? [] : [applied]), local]
    const found = files.map(markOf).join('|')
    if (found === mark) return known
    mark = found
    known = [
      ...(applied === null ? [] : readFile(applied, `group policy${namesOf(registry)}`)),
      ...readFile(local, 'local group policy'),
    ]
    return known
  }
}

function appliedFile(registry: GroupPolicyDeps['registry']): string | null {
  const value = registry.readValue(shellFolders, 'Common AppData')
  return value?.type === 'string' || value?.type === 'expand' ? join(value.data, 'ntuser.pol') : null
}

function namesOf(registry: GroupPolicyDeps['registry']): string {
  const names = (registry.listKeys(history) ?? []).slice(0, maxNames).flatMap((key) => {
    const name = registry.readValue(`${history}\\${key}`, 'DisplayName')
    return name?.type === 'string' ? [name.data] : []
  })
  return names.length === 0 ? '' : ` (${names.join(', ')})`
}

function readFile(path: string, source: string): readonly PolicySetting[] {
  try {
    return parsePolicyFile(readFileSync(path), source)
  } catch {
    return [] // none, or being written: its change is looked at again
  }
}

function markOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path)
    return size > policyFileLimits.maxBytes ? 'too large' : `${size} ${mtimeMs}`
  } catch {
    return 'none'
  }
}
