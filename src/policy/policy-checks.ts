import { isControlId } from '../controls/find-control.ts'
import { type Identity, isSameIdentity } from './identity.ts'

type Entry = Readonly<{ id: string; match: Identity }>
type CheckedPolicy = Readonly<{
  validFrom: string
  expires: string
  modes: Readonly<Record<string, unknown>>
  checks: Readonly<{ off: readonly string[] }>
  media: Readonly<{ registered: readonly Entry[] }>
  devices: Readonly<{ allowed: readonly Entry[] }>
}>
export type PolicyProblem = Readonly<{ path: readonly (string | number)[]; message: string }>

/** What the shape alone cannot say: periods, controls that exist, and a ledger without clashes. */
export function checkPolicy(policy: CheckedPolicy): PolicyProblem[] {
  return [
    ...checkPeriod(policy),
    ...checkModes(policy),
    ...checkOff(policy),
    ...checkIds(policy.media.registered, ['media', 'registered']),
    ...checkIds(policy.devices.allowed, ['devices', 'allowed']),
    ...checkLedger(policy.media.registered),
  ]
}

function checkPeriod({ validFrom, expires }: CheckedPolicy): PolicyProblem[] {
  if (Date.parse(validFrom) < Date.parse(expires)) return []
  return [{ path: ['expires'], message: `an instant after validFrom (${validFrom})` }]
}

/** A mode for a control that does not exist would look like a rule and do nothing. */
function checkModes({ modes }: CheckedPolicy): PolicyProblem[] {
  return Object.keys(modes)
    .filter((id) => !isControlId(id))
    .map((id) => ({ path: ['modes', id], message: 'the id of a control' }))
}

function checkOff({ checks }: CheckedPolicy): PolicyProblem[] {
  return checks.off.flatMap((id, index) =>
    isControlId(id) ? [] : [{ path: ['checks', 'off', index], message: 'the id of a control' }],
  )
}

function checkIds(entries: readonly Entry[], path: readonly string[]): PolicyProblem[] {
  const first = new Map<string, number>()
  return entries.flatMap(({ id }, index) => {
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, index)
    if (earlier === undefined) return []
    return [{ path: [...path, index, 'id'], message: `an id of its own (entry ${earlier + 1} has it already)` }]
  })
}

/** Two entries that one stick fits: some makers give a whole batch one serial, and the ledger must not hide it. */
function checkLedger(entries: readonly Entry[]): PolicyProblem[] {
  const seen = new Map<string, Entry[]>()
  return entries.flatMap((entry, index) => {
    const keys = [entry.match.serial, entry.match.volume].filter((key) => key !== undefined)
    const earlier = keys.flatMap((key) => seen.get(key) ?? [])
    for (const key of keys) seen.set(key, [...(seen.get(key) ?? []), entry])
    const clash = earlier.find((other) => isSameIdentity(other.match, entry.match))
    if (clash === undefined) return []
    const message = `an identity of its own: ${clash.id} and ${entry.id} would both be this medium (give one a volume, or replace it)`
    return [{ path: ['media', 'registered', index, 'match'], message }]
  })
}
