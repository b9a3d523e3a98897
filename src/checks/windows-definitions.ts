import type { ReadContext, SystemPart } from './check.ts'
import type { DefinitionsFacts } from './definitions.ts'
import { entriesOf } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'

export const windowsDefinitions: SystemPart<DefinitionsFacts> = {
  readings: ({ policy }) => ({ ...windowsAntivirusReadings, ...sourceReadings(policy.antivirus.definitionsFolder) }),
  more: windowsAntivirusMore,
  parse,
}

function parse(raws: Raws, { policy }: ReadContext): Parsed<DefinitionsFacts> {
  const parsed = parseWindowsAntivirus(raws)
  if (!parsed.ok) return parsed
  const source = sourceOf(raws, policy.antivirus.definitionsFolder)
  return { ok: true, facts: { ...parsed.facts, source, updateError: null } }
}

function sourceReadings(folder: string): Readings {
  return folder === '' ? {} : { source: { kind: 'directory', path: folder, depth: 3 } }
}

/** Definition packages of the makers carry no common date inside: the newest file's stands for it. */
function sourceOf(raws: Raws, folder: string): DefinitionsFacts['source'] {
  if (folder === '') return null
  const files = (entriesOf(raws, 'source') ?? []).filter(({ type }) => type === 'file')
  const newestAt = files.reduce<string | null>(
    (newest, { modifiedAt }) => (newest === null || modifiedAt > newest ? modifiedAt : newest),
    null,
  )
  return { folder, newestAt }
}
