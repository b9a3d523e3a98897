import type { LockFacts } from './antivirus-lock.ts'
import type { SystemPart } from './check.ts'
import { defenderStatus } from './defender.ts'
import type { Parsed, Raws } from './reading.ts'
import { flagIn } from './row.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'

export const windowsSettings: SystemPart<LockFacts> = {
  readings: () => windowsAntivirusReadings,
  more: windowsAntivirusMore,
  parse,
}

function parse(raws: Raws): Parsed<LockFacts> {
  const parsed = parseWindowsAntivirus(raws)
  if (!parsed.ok) return parsed
  const isTamperProtected = flagIn(defenderStatus(raws, 'defender') ?? {}, 'IsTamperProtected')
  return { ok: true, facts: { ...parsed.facts, files: [], isTamperProtected } }
}
