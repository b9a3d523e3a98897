import { z } from 'zod'
import { severities } from '../../../protocol/events.ts'
import { type Zone, zones } from '../../../protocol/zone.ts'
import { type PresenceState, presenceStates } from '../../words.ts'
import type { SeverityCounts, ZoneCounts } from '../records.ts'
import type { Database } from './database.ts'

const stateRow = z.object({ zone: z.enum(zones), state: z.enum(presenceStates), count: z.number() })
const severityRow = z.object({ zone: z.enum(zones), severity: z.number(), count: z.number() })

export function readZoneCounts(db: Database, violationsSince: string): readonly ZoneCounts[] {
  const states = db.all(stateRow, 'SELECT zone, state, count(*) AS count FROM terminals GROUP BY zone, state')
  const violations = db.all(
    severityRow,
    `SELECT zone, severity, count(*) AS count FROM events
      WHERE violation = 1 AND received_at >= ? GROUP BY zone, severity`,
    violationsSince,
  )
  return zones.map((zone) => {
    const byState = countStates(states.filter((row) => row.zone === zone))
    return {
      zone,
      terminals: presenceStates.reduce((sum, state) => sum + byState[state], 0),
      states: byState,
      violations: countSeverities(violations, zone),
    }
  })
}

function countStates(rows: readonly z.infer<typeof stateRow>[]): Record<PresenceState, number> {
  const counts = { online: 0, degraded: 0, silent: 0, offline: 0, unknown: 0, revoked: 0 }
  for (const row of rows) counts[row.state] += row.count
  return counts
}

function countSeverities(rows: readonly z.infer<typeof severityRow>[], zone: Zone): SeverityCounts {
  const counts = { low: 0, medium: 0, high: 0, critical: 0 }
  for (const row of rows) {
    const severity = severities[row.severity]
    if (row.zone === zone && severity !== undefined && severity !== 'info') counts[severity] += row.count
  }
  return counts
}
