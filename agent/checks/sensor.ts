import type { SensorStatus } from '../../src/protocol/messages.ts'

export type ChecksHealth = Readonly<{
  /** Why not all works, null where it does. */
  troubles: readonly (string | null)[]
  read: number
  total: number
  benched: readonly string[]
  lastRoundAt: string | null
}>

/** How the checks themselves are: what troubles them comes first, since the detail is cut where it is too long. */
export function checksSensor({ troubles, read, total, benched, lastRoundAt }: ChecksHealth): SensorStatus {
  const known = troubles.filter((one) => one !== null)
  const notes = [
    ...known,
    `${read} of ${total} checks read`,
    ...(benched.length === 0 ? [] : [`set aside for a while: ${benched.join(', ')}`]),
  ]
  const state = known.length === 0 ? 'working' : 'degraded'
  return { id: 'checks', state, lastAt: lastRoundAt, detail: notes.join('; ').slice(0, 500) }
}
