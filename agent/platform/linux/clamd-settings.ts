import { join } from 'node:path'
import type { LinuxRoots } from './roots.ts'
import { readSmallFile } from './sysfs.ts'

export type ClamdSettings = Readonly<{
  file: string
  /** Null where it only listens on TCP, which is not used: whoever is signed in could listen there first. */
  socket: string | null
  /** What one INSTREAM may send; more goes as an open file. */
  maxStreamBytes: number
  /** Larger files are not looked into, and clamd calls them clean. */
  maxFileBytes: number
}>

/** Debian and Ubuntu; Red Hat and its like; a build of one's own. */
const places = ['clamav/clamd.conf', 'clamd.d/scan.conf', 'clamd.conf'] as const
const maxConfBytes = 65_536
/** clamd.conf(5) */
const defaultBytes = 100 * 2 ** 20
const units = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const

/** clamd's own settings; null where there are none. */
export function readClamdSettings(roots: LinuxRoots): ClamdSettings | null {
  for (const place of places) {
    const file = join(roots.etc, place)
    const text = readSmallFile(file, maxConfBytes)
    if (text !== null) return parseClamdSettings(text, file)
  }
  return null
}

export function parseClamdSettings(text: string, file: string): ClamdSettings {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const match = /^\s*([A-Za-z]+)\s+(.+?)\s*$/.exec(line)
      return match === null ? [] : [[match[1] ?? '', (match[2] ?? '').replace(/^"(.*)"$/, '$1')] as const]
    }),
  )
  return {
    file,
    socket: values.get('LocalSocket') ?? null,
    maxStreamBytes: bytesOf(values.get('StreamMaxLength')),
    maxFileBytes: bytesOf(values.get('MaxFileSize')),
  }
}

/** `25M`; 0 stands for no limit, which is 2 GiB in the engine itself. */
function bytesOf(text: string | undefined): number {
  const match = /^(\d+)([kmg]?)$/i.exec(text ?? '')
  if (match === null) return defaultBytes
  const unit = (match[2] ?? '').toLowerCase()
  const factor = unit === 'k' || unit === 'm' || unit === 'g' ? units[unit] : 1
  const value = Number(match[1]) * factor
  return value === 0 ? 2 ** 31 - 1 : value
}
