import type { SystemPart } from './check.ts'
import { type Detection, type DetectionFacts, newestDetections } from './detections.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { flagIn, numberIn, type Row, textIn } from './row.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'
import { parseWindowsDate } from './windows-date.ts'

const namespace = 'root\\Microsoft\\Windows\\Defender'

export const windowsDetections: SystemPart<DetectionFacts> = {
  readings: () => ({
    ...windowsAntivirusReadings,
    detections: { kind: 'query', namespace, query: 'SELECT * FROM MSFT_MpThreatDetection' },
    threats: { kind: 'query', namespace, query: 'SELECT ThreatID, ThreatName FROM MSFT_MpThreat' },
  }),
  more: windowsAntivirusMore,
  parse,
}

function parse(raws: Raws): Parsed<DetectionFacts> {
  const products = parseWindowsAntivirus(raws)
  const rows = rowsOf(raws, 'detections')
  if (!products.ok) return products
  const others = products.facts.products.filter(({ id, isRunning }) => id !== 'defender' && isRunning !== false)
  if (rows === null && others.length === 0) return unreadable(explainFailure(raws, 'detections'))
  const names = new Map((rowsOf(raws, 'threats') ?? []).map((row) => [numberIn(row, 'ThreatID'), row] as const))
  return known({
    read: rows === null ? [] : ['Microsoft Defender'],
    unread: others.map(({ name }) => name),
    ...newestDetections((rows ?? []).map((row) => detectionOf(row, names.get(numberIn(row, 'ThreatID')) ?? {}))),
  })
}

/** ThreatStatusID: cleaned, quarantined, removed, blocked. `allowed` (5) is nothing that was dealt with. */
const handledStates = new Set([2, 3, 4, 6])

function detectionOf(row: Row, threat: Row): Detection {
  const id = numberIn(row, 'ThreatID')
  const status = numberIn(row, 'ThreatStatusID')
  const isHandled = status !== null && handledStates.has(status) && flagIn(row, 'ActionSuccess') !== false
  return {
    at: parseWindowsDate(row.InitialDetectionTime),
    malware: (textIn(threat, 'ThreatName') ?? `ThreatID ${id ?? '?'}`).slice(0, 300),
    place: placeOf(row).slice(-1000),
    state: status === null || status === 0 ? 'unknown' : isHandled ? 'handled' : 'present',
  }
}

/** `file:_C:\Users\…`, `containerfile:_…`: the first of them. */
function placeOf({ Resources: resources }: Row): string {
  const first: unknown = Array.isArray(resources) ? resources[0] : resources
  return typeof first === 'string' ? first.replace(/^[a-z]+:_/i, '') : ''
}
