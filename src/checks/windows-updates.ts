import type { ParseContext, SystemPart } from './check.ts'
import { explainFailure, keysOf, known, rowsOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Reading } from './reading.ts'
import { numberIn, textIn } from './row.ts'
import { updateSearchOf, updateSearchReading } from './update-search.ts'
import { type UpdateFacts, windowsUpdatesSchema } from './updates.ts'
import { parseInstalledOn } from './windows-date.ts'

const rebootKeys = {
  'update reboot': 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
  'servicing reboot': 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
} as const

export const currentVersionReading: Reading = {
  kind: 'registry',
  key: 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
}

/** The build, what Windows Update knows to be missing, the day of the newest update, and whether a restart is owed. */
export const windowsUpdates: SystemPart<UpdateFacts> = {
  readings: () => ({
    version: currentVersionReading,
    fixes: { kind: 'query', namespace: 'root\\CIMV2', query: 'SELECT InstalledOn FROM Win32_QuickFixEngineering' },
    search: updateSearchReading,
    'update reboot': { kind: 'registry', key: rebootKeys['update reboot'] },
    'servicing reboot': { kind: 'registry', key: rebootKeys['servicing reboot'] },
  }),
  parse,
}

function parse(raws: Raws, { previous, readAt }: ParseContext): Parsed<UpdateFacts> {
  const [version, fixes] = [keysOf(raws, 'version')?.[0]?.values, rowsOf(raws, 'fixes')]
  const search = updateSearchOf(raws, 'search')
  if (version === undefined && fixes === null && search === null) return unreadable(explainFailure(raws, 'version'))
  const dates = (fixes ?? []).flatMap((row) => parseInstalledOn(row.InstalledOn) ?? [])
  const needsReboot = Object.keys(rebootKeys).some((name) => (keysOf(raws, name) ?? []).length > 0)
  return known({
    kind: 'windows',
    build: buildOf(version ?? {}),
    installedAt: dates.toSorted().at(-1) ?? null,
    search,
    needsReboot,
    rebootSince: needsReboot ? (lastRebootSince(previous) ?? readAt ?? null) : null,
  })
}

/** `CurrentBuild` and `UBR`: ProductName still says Windows 10 on Windows 11. */
function buildOf(values: Readonly<Record<string, unknown>>): string | null {
  const [build, revision] = [textIn(values, 'CurrentBuild'), numberIn(values, 'UBR')]
  if (build === null) return null
  return revision === null ? build : `${build}.${revision}`
}

/** The keys carry no time: the day when one was first seen stands for it. */
function lastRebootSince(previous: unknown): string | null {
  const last = windowsUpdatesSchema.safeParse(previous)
  return last.success && last.data.needsReboot ? last.data.rebootSince : null
}
