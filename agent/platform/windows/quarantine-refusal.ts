import { TanmoriError } from '../../../src/errors.ts'
import type { QuarantineObservation } from '../platform.ts'
import { Win32Error } from './win32/win32-error.ts'

/** RPC_S_CANNOT_SUPPORT: what Wine answers */
const noPlatform = 1764
/** ERROR_SERVICE_NOT_ACTIVE, RPC_S_SERVER_UNAVAILABLE, EPT_S_NOT_REGISTERED: the engine's service (BFE) does not run */
const serviceIsDown: ReadonlySet<number> = new Set([1062, 1722, 1753])
const accessDenied = 5

/** Why nothing can be said or done, in the words of whoever has to mend it. */
export function explain(error: unknown): Omit<QuarantineObservation, 'restored'> {
  if (error instanceof TanmoriError && error.code === 'platform.unsupported') {
    return { state: 'unsupported', detail: error.message }
  }
  if (!(error instanceof Win32Error)) {
    return { state: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
  const code = error.win32Code
  if (code === noPlatform)
    return { state: 'unsupported', detail: 'this system has no Windows Filtering Platform (1764)' }
  if (serviceIsDown.has(code)) {
    return { state: 'failed', detail: `the Base Filtering Engine (service BFE) does not run (${code})` }
  }
  if (code === accessDenied) return { state: 'failed', detail: 'wanted the rights of SYSTEM or an administrator (5)' }
  return { state: 'failed', detail: `${error.message} (0x${code.toString(16)})` }
}
