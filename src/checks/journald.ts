import { isTrue, type Keyfile, mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { entriesOf, explainFailure, isMissing, textOf } from './raw.ts'
import type { DirectoryEntry, Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import { parseSpan } from './spans.ts'

const conf = '/etc/systemd/journald.conf'
const folder = '/var/log/journal'

export const journaldReadings = {
  journald: { kind: 'file', path: conf },
  journaldFolder: { kind: 'directory', path: `${conf}.d`, depth: 1 },
  journal: { kind: 'directory', path: folder, depth: 2 },
} as const satisfies Readings

export const journaldPlaces: readonly string[] = [conf, `${conf}.d`]

export function moreJournald(raws: Raws): Readings {
  const files = (entriesOf(raws, 'journaldFolder') ?? []).filter(({ path }) => path.endsWith('.conf')).slice(0, 50)
  return Object.fromEntries(
    files.map(({ path }) => [`journald:${path}`, { kind: 'file', path: `${conf}.d/${path}` }] as const),
  )
}

export type Journald = Readonly<{
  /** Files below /var/log/journal: what a restart leaves. */
  isPersistent: boolean
  /** From journald.conf(5); null: not set. */
  maxRetentionDays: number | null
  /** The first line that is still held, by the names of archived files; null: nothing was archived yet. */
  oldestAt: string | null
  /** Line 1 is still there: nothing was ever thrown away for room. */
  isComplete: boolean
  isSealed: boolean
}>

/** A sentence where the folder could not be read. */
export function journaldOf(raws: Raws): Journald | Readonly<{ why: Sentence }> {
  const entries = entriesOf(raws, 'journal')
  if (entries === null && !isMissing(raws, 'journal')) return { why: explainFailure(raws, 'journal') }
  const settings = settingsOf(raws).Journal ?? {}
  const files = (entries ?? []).filter(({ path }) => /\.journal~?$/.test(path))
  const archived = files.flatMap(archivedFrom).sort((a, b) => (a.at < b.at ? -1 : 1))
  const retention = parseSpan(settings.MaxRetentionSec ?? '')
  return {
    isPersistent: settings.Storage !== 'volatile' && settings.Storage !== 'none' && files.length > 0,
    maxRetentionDays: retention > 0 ? retention / 86_400 : null,
    oldestAt: archived[0]?.at ?? null,
    isComplete: archived.length === 0 || archived.some(({ seq }) => seq === 1),
    isSealed:
      (settings.Seal === undefined || isTrue(settings.Seal)) &&
      (entries ?? []).some(({ path }) => /(^|\/)fss$/.test(path)),
  }
}

function settingsOf(raws: Raws): Keyfile {
  const names = [
    'journald',
    ...Object.keys(raws)
      .filter((name) => name.startsWith('journald:'))
      .sort(),
  ]
  return mergeKeyfiles(names.map((name) => parseKeyfile(textOf(raws, name) ?? '')))
}

/** `system@<id>-<first line>-<its time in µs>.journal`, hexadecimal (systemd, journal-file naming). */
function archivedFrom({ path }: DirectoryEntry): readonly Readonly<{ at: string; seq: number }>[] {
  const match = /\/system@[0-9a-f]{32}-([0-9a-f]{16})-([0-9a-f]{16})\.journal$/.exec(path)
  if (match === null) return []
  const atMs = Number.parseInt(match[2] ?? '', 16) / 1000
  if (!(atMs > 0 && atMs < 8.64e15)) return []
  return [{ at: new Date(atMs).toISOString(), seq: Number.parseInt(match[1] ?? '', 16) }]
}
