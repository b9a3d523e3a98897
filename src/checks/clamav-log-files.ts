import { clamavPlaces } from './clamav-conf.ts'
import { entriesOf, outputOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

const maxFiles = 20
const maxBytes = 524_288

/**
 * The logs of ClamAV: what lies in its folder and what clamd.conf names, the end of each. Wants `log folder` and the
 * configuration files beside it.
 */
export function clamavLogReadings(raws: Raws): Readings {
  return Object.fromEntries(
    logPaths(raws).map((path) => [
      `log ${path}`,
      { kind: 'command' as const, program: 'tail', args: ['-c', String(maxBytes), '--', path] },
    ]),
  )
}

export type ClamavLogFile = Readonly<{ path: string; text: string; modifiedAt: string | null; isCut: boolean }>

/** Those that could be read. `isCut`: there is more before it. */
export function clamavLogs(raws: Raws): readonly ClamavLogFile[] {
  const entries = new Map((entriesOf(raws, 'log folder') ?? []).map((entry) => [`${folder}/${entry.path}`, entry]))
  return logPaths(raws).flatMap((path) => {
    const text = outputOf(raws, `log ${path}`)
    const entry = entries.get(path)
    if (text === null) return []
    return [{ path, text, modifiedAt: entry?.modifiedAt ?? null, isCut: (entry?.size ?? 0) > maxBytes }]
  })
}

const folder = '/var/log/clamav'

/** Packed logs (`.gz`) are left: what they hold is older than what matters. freshclam's tells of updates only. */
function logPaths(raws: Raws): readonly string[] {
  const inFolder = (entriesOf(raws, 'log folder') ?? [])
    .filter(({ type, path }) => type === 'file' && /\.log(\.\d+)?$/.test(path) && !path.startsWith('freshclam'))
    .toSorted((a, b) => b.modifiedAt.localeCompare(a.modifiedAt))
    .slice(0, maxFiles)
    .map(({ path }) => `${folder}/${path}`)
  return [...new Set([...inFolder, ...clamavPlaces(raws).logFiles])]
}
