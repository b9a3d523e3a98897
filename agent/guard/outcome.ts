import type { Access, DeviceClass } from '../../src/policy/device.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { FunctionObservation } from '../platform/platform.ts'

/** What became of one function: read from the machine, never from what was asked of it. */
export const outcomes = ['allowed', 'would-refuse', 'refused', 'bypassed', 'waiting'] as const
export type Outcome = (typeof outcomes)[number]

/**
 * `waiting`: not yet as wanted, and not against it either: a driver still binds, or udev is about to hold a new node.
 * `isOverdue`: it has been so for longer than that takes.
 */
export function judgeOutcome(
  { access: wanted, wouldBe, class: deviceClass }: Pick<Verdict, 'access' | 'wouldBe' | 'class'>,
  observation: FunctionObservation,
  isOverdue: boolean,
): Outcome {
  if (wanted === 'block') {
    if (observation.isSystem) return 'would-refuse'
    return isUsable(observation) ? 'bypassed' : 'refused'
  }
  if (observation.state !== 'open') return 'waiting'
  if (wouldBe === wanted && hasBlockNodes(deviceClass) && observation.nodes.length === 0 && !isOverdue) return 'waiting'
  if (wanted === 'read-write') return wouldBe === 'read-write' ? 'allowed' : 'would-refuse'
  if (!hasWritableNode(observation)) return 'allowed'
  return isOverdue ? 'bypassed' : 'waiting'
}

export type ChangeContext = Readonly<{
  /** The default deny is wanted, or is being taken away: only then is anything closed by us, and only then is it opened. */
  mayOpen: boolean
  /** What was wanted of it before; null: first seen. */
  previous: Access | null
  isOverdue: boolean
}>

/** Whether the machine must be changed for `wanted` to be so. Nothing is ever written for what is so already. */
export function needsChange(wanted: Access, observation: FunctionObservation, context: ChangeContext): boolean {
  if (observation.state === 'gone') return false
  if (wanted === 'block') return isUsable(observation) && !observation.isSystem
  if (observation.state === 'closed') return context.mayOpen
  if (wanted === 'read-write') return observation.isHeld && context.mayOpen
  return hasWritableNode(observation) && (context.previous === 'read-write' || context.isOverdue)
}

/** Read-only, and held for a scan, is only promised while the rules that hold it are in force. */
export function wantedAccess(verdict: Verdict, isHeld: boolean, isScanned = false): Access {
  return (verdict.access === 'read-only' || isScanned) && !isHeld ? 'block' : verdict.access
}

export function hasWritableNode(observation: FunctionObservation): boolean {
  return observation.nodes.some((node) => !node.isReadOnly)
}

export function describeObservation({ state, driver, nodes, isSystem }: FunctionObservation): string {
  const parts = [
    state,
    driver === null ? 'no driver' : `driver ${driver}`,
    nodes.length === 0
      ? 'no block node'
      : nodes.map((node) => `${node.name}${node.isReadOnly ? ' ro' : ' rw'}`).join(' '),
    ...(isSystem ? ['the system runs from it'] : []),
  ]
  return parts.join(', ').slice(0, 500)
}

/** Classes that become usable by a block node: before it is there nothing can be said of how it is held. */
function hasBlockNodes(name: DeviceClass): boolean {
  return name === 'mass-storage' || name === 'sd-card' || name === 'optical'
}

function isUsable(observation: FunctionObservation): boolean {
  return observation.state === 'open' || observation.nodes.length > 0
}

/** What was told of a function, in a form that only serves to be compared. */
export function formatMark(outcome: Outcome, wanted: Access, verdict: Pick<Verdict, 'wouldBe' | 'class'>): string {
  return JSON.stringify([outcome, wanted, verdict.wouldBe, verdict.class])
}
