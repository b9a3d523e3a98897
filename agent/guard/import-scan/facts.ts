import type { AgentFactValue } from '../../../src/checks/agent-facts.ts'
import type { ImportScanStatus } from '../guard.ts'

/** What the agent itself knows of the scan of media, for checks; null where nothing guards. */
export function importScanFacts(status: ImportScanStatus | null): AgentFactValue<'import-scan'> {
  if (status === null) return null
  const { scanner, lastAt, scanned, infected, failed, detail, isWanted, isSupported } = status
  const engine = scanner === null ? null : [scanner.engine, scanner.database].filter((one) => one !== '').join(' ')
  const counts = { engine, lastAt, scanned, infected, failed }
  if (!isSupported) return { ...counts, state: 'failed', detail: 'media cannot be held back for a scan on this system' }
  if (!isWanted) return { ...counts, state: 'off', detail: 'the policy asks for no scan' }
  if (scanner === null) return { ...counts, state: 'unavailable', detail: detail || 'no scanner answers' }
  return { ...counts, state: detail === '' ? 'ready' : 'failed', detail }
}
