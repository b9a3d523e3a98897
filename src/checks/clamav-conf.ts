import { textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

/** Debian and Ubuntu, then Red Hat and its kin. */
export const clamdConfPaths = ['/etc/clamav/clamd.conf', '/etc/clamd.d/scan.conf'] as const
export const freshclamConfPaths = ['/etc/clamav/freshclam.conf', '/etc/freshclam.conf'] as const

export const clamavConfReadings: Readings = {
  'clamd.conf': { kind: 'file', path: clamdConfPaths[0] },
  'scan.conf': { kind: 'file', path: clamdConfPaths[1] },
}

export type ClamavPlaces = Readonly<{ databaseFolder: string; logFiles: readonly string[] }>

/** Where this terminal's ClamAV keeps its databases and its log; the packages' defaults where it does not say. */
export function clamavPlaces(raws: Raws): ClamavPlaces {
  const text = textOf(raws, 'clamd.conf') ?? textOf(raws, 'scan.conf') ?? ''
  const absolute = (key: string) => settingsOf(text, key).find((path) => path.startsWith('/'))
  return {
    databaseFolder: absolute('DatabaseDirectory') ?? '/var/lib/clamav',
    logFiles: [absolute('LogFile') ?? []].flat(),
  }
}

/** Every value of one key: `Key value`, comments with `#`. */
export function settingsOf(text: string, key: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\w+)\s+(.*?)\s*$/.exec(line)
    return match !== null && match[1] === key ? [(match[2] ?? '').replace(/^"(.*)"$/, '$1')] : []
  })
}
