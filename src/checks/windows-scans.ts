import type { SystemPart } from './check.ts'
import type { Parsed, Raws } from './reading.ts'
import type { ScanFacts } from './scans.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'

export const windowsScans: SystemPart<ScanFacts> = {
  readings: () => windowsAntivirusReadings,
  more: windowsAntivirusMore,
  parse,
}

/** Only products that are switched on count; Defender and Kaspersky keep books of full scans that can be read. */
function parse(raws: Raws): Parsed<ScanFacts> {
  const parsed = parseWindowsAntivirus(raws)
  if (!parsed.ok) return parsed
  const active = parsed.facts.products.filter(({ isRunning }) => isRunning !== false)
  const dates = active.flatMap(({ fullScanAt }) => (fullScanAt === null || fullScanAt === 'never' ? [] : [fullScanAt]))
  return {
    ok: true,
    facts: {
      products: active.map(({ name }) => name),
      fullAt: dates.toSorted().at(-1) ?? null,
      otherAt: null,
      isNever: dates.length === 0 && active.length > 0 && active.every(({ fullScanAt }) => fullScanAt === 'never'),
      scheduledBy: null,
    },
  }
}
