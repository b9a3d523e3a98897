import { type Antivirus, createAntivirus } from './antivirus-product.ts'
import { rowsOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'
import { numberIn, textIn } from './row.ts'

/** Every antivirus product registers here; client editions only, Windows Server has no such namespace. */
export const securityCenterReading: Reading = {
  kind: 'query',
  namespace: 'root\\SecurityCenter2',
  query: 'SELECT displayName, productState, pathToSignedReportingExe, timestamp FROM AntiVirusProduct',
}

/** Null where the Security Center could not be asked. */
export function securityCenterProducts(raws: Raws, name: string): readonly Antivirus[] | null {
  return (
    rowsOf(raws, name)?.flatMap((row) => {
      const [displayName, state] = [textIn(row, 'displayName'), numberIn(row, 'productState')]
      if (displayName === null) return []
      const known = state === null ? {} : readProductState(state)
      return [createAntivirus({ id: isDefender(displayName) ? 'defender' : displayName, name: displayName, ...known })]
    }) ?? null
  )
}

/** `Windows Defender`, since 2019 `Microsoft Defender Antivirus`, in Japanese `Microsoft Defender ウイルス対策`. */
export function isDefender(displayName: string): boolean {
  return /^(windows|microsoft) defender/i.test(displayName)
}

/**
 * Microsoft does not document `productState`; this is the agreed reading of it. A state that it does not know is left
 * open, never taken for off or on.
 */
function readProductState(state: number): Partial<Antivirus> {
  const isRunning = running.get(state & 0xf000) ?? null
  const saysCurrent = current.get(state & 0x00f0) ?? null
  return { isRunning, scansOnAccess: isRunning, saysCurrent }
}

/** Off, on, snoozed, expired. */
const running: ReadonlyMap<number, boolean> = new Map([
  [0x0000, false],
  [0x1000, true],
  [0x2000, false],
  [0x3000, false],
])
const current: ReadonlyMap<number, boolean> = new Map([
  [0x00, true],
  [0x10, false],
])
