import type { Raw, Reading, RegistryKey } from '../../../src/checks/reading.ts'
import type { ReadLimits } from '../platform.ts'
import { failedRaw } from '../readings-failure.ts'
import { type Registry, RegistryError, type RegistryValue, type RegistryView } from './win32/registry.ts'

type RegistryReading = Extract<Reading, { kind: 'registry' }>

export const registryReadingLimits = { maxKeys: 20_000 } as const
const errorAccessDenied = 5

/**
 * A key with its values, and with `depth` those below it, breadth first. A key below that may not be read, or that went
 * away, is left out; the one that was asked for is the failure. Others get their turn between two keys.
 */
export async function readRegistry(reading: RegistryReading, limits: ReadLimits, registry: Registry): Promise<Raw> {
  const { key, view = 64 } = reading
  if (!/^(HKLM|HKU)(\\|$)/.test(key)) return failedRaw('failed', `wanted HKLM\\… or HKU\\…, came ${key}`)
  const untilMs = performance.now() + limits.timeoutMs
  const keys: RegistryKey[] = []
  let level: readonly string[] = [key]
  let bytes = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: string[] = []
    for (const path of level) {
      const found = readKey(registry, path, view, depth < (reading.depth ?? 0))
      if (found === 'missing' && path === key) return failedRaw('missing', `${key}: no such key`)
      if (found === 'denied' && path === key) return failedRaw('denied', `${key}: may not be read`)
      if (typeof found === 'string') continue
      keys.push({ path, values: found.values })
      below.push(...found.below.map((name) => `${path}\\${name}`))
      bytes += JSON.stringify(found.values).length
      if (bytes > limits.maxBytes) return failedRaw('too-large', `${key}: more than ${limits.maxBytes} bytes`)
      if (keys.length > registryReadingLimits.maxKeys) {
        return failedRaw('too-large', `${key}: more than ${registryReadingLimits.maxKeys} keys`)
      }
      if (performance.now() > untilMs || limits.signal?.aborted === true) {
        return failedRaw('timeout', `${key}: more than ${limits.timeoutMs} ms`)
      }
      if (level.length > 1) await new Promise((resolve) => setImmediate(resolve))
    }
    level = below
  }
  return { kind: 'registry', keys }
}

type Found = Readonly<{ values: RegistryKey['values']; below: readonly string[] }>

function readKey(
  registry: Registry,
  path: string,
  view: RegistryView,
  isDeeper: boolean,
): Found | 'missing' | 'denied' {
  try {
    const values = registry.readValues(path, view)
    if (values === null) return 'missing'
    const named = Object.entries(values).map(([name, value]) => [name, plainValue(value)] as const)
    return { values: Object.fromEntries(named), below: isDeeper ? (registry.listKeys(path, view) ?? []) : [] }
  } catch (error) {
    if (error instanceof RegistryError && error.win32Code === errorAccessDenied) return 'denied'
    throw error
  }
}

/** Texts as they stand (`%SystemRoot%` unexpanded), 64-bit numbers beyond 2^53 as decimal text, bytes as hexadecimal. */
function plainValue(value: RegistryValue): RegistryKey['values'][string] {
  if (value.type === 'bytes') return value.data.toString('hex')
  if (value.type !== 'qword') return value.data
  return value.data <= Number.MAX_SAFE_INTEGER ? Number(value.data) : String(value.data)
}
