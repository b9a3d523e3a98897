import type { Tampering } from '../prober.ts'
import { storageGuids } from './deny-table.ts'
import { storageKey } from './plan-registry.ts'
import type { Registry } from './win32/registry.ts'

/** Of what is denied, what no clerk has: tape drives have no files to run, and nobody carries data on them. */
const key = `${storageKey}\\${storageGuids.tape}`
const names = ['Deny_Execute', 'Deny_Write'] as const
const wanted = 1
/** Not zero either, and not what the agent wrote. */
const other = 2

/** The value is only changed where it is ours, and is itself again the moment that the agent sees it. */
export function prepareTampering(registry: Pick<Registry, 'readValue' | 'writeValue'>): Tampering | null {
  const read = (name: string) => {
    const value = registry.readValue(key, name)
    return value?.type === 'dword' ? value.data : null
  }
  const name = names.find((one) => read(one) === wanted)
  if (name === undefined) return null
  return {
    what: {
      ja: `テープ装置の ${name} の値を ${wanted} から ${other} に変えました（どちらも拒否を表します）。`,
      en: `The value ${name} of tape drives was changed from ${wanted} to ${other} (neither permits anything).`,
    },
    change: async () => registry.writeValue(key, name, { type: 'dword', data: other }),
    isPutBack: async () => read(name) === wanted,
    undo: async () => {
      if (read(name) === other) registry.writeValue(key, name, { type: 'dword', data: wanted })
    },
  }
}
