import { type Antivirus, createAntivirus } from './antivirus-product.ts'
import { rowsOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'
import { flagIn, numberIn, type Row, textIn } from './row.ts'
import { parseWindowsDate } from './windows-date.ts'

/** What `Get-MpComputerStatus` shows. The namespace is gone where Defender was removed. */
export const defenderReading: Reading = {
  kind: 'query',
  namespace: 'root\\Microsoft\\Windows\\Defender',
  query: 'SELECT * FROM MSFT_MpComputerStatus',
}

/** Null where Defender could not be asked. */
export function defenderStatus(raws: Raws, name: string): Row | null {
  return rowsOf(raws, name)?.[0] ?? null
}

export function defenderProduct(status: Row): Antivirus {
  const mode = textIn(status, 'AMRunningMode')
  const isActive = mode === null ? flagIn(status, 'AMServiceEnabled') : mode === 'Normal'
  const isEnabled = flagIn(status, 'AntivirusEnabled')
  return createAntivirus({
    id: 'defender',
    name: 'Microsoft Defender',
    isRunning: isActive === null || isEnabled === null ? null : isActive && isEnabled,
    scansOnAccess: realTimeOf(status),
    definitionsAt: parseWindowsDate(status.AntivirusSignatureLastUpdated),
    definitionsVersion: textIn(status, 'AntivirusSignatureVersion'),
    saysCurrent: negate(flagIn(status, 'DefenderSignaturesOutOfDate')),
    engine: textIn(status, 'AMEngineVersion'),
    fullScanAt: fullScanOf(status),
  })
}

/** Scanning on access takes both: the switch, and the filter that sees files being opened. */
function realTimeOf(status: Row): boolean | null {
  const [realTime, onAccess] = [
    flagIn(status, 'RealTimeProtectionEnabled'),
    flagIn(status, 'OnAccessProtectionEnabled'),
  ]
  if (realTime === false || onAccess === false) return false
  return realTime === null ? null : realTime && (onAccess ?? true)
}

/** 4294967295 days: there never was one. */
const never = 0xffff_ffff

function fullScanOf(status: Row): string | null {
  if (numberIn(status, 'FullScanAge') === never) return 'never'
  return parseWindowsDate(status.FullScanEndTime)
}

function negate(flag: boolean | null): boolean | null {
  return flag === null ? null : !flag
}
