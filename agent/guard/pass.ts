import { decide } from '../../src/policy/decide.ts'
import type { Device, DeviceFunction } from '../../src/policy/device.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { Platform, SeenDevice } from '../platform/platform.ts'
import type { ScanCase } from './import-scan/import-scan.ts'
import type { PolicyState } from './policy-state.ts'
import type { Before, Tracked } from './tracked.ts'

/** What one pass is to hold devices to. */
export type PassOrder = Readonly<{
  state: PolicyState
  /** The default deny is in force: only then is read-only real. */
  isHeld: boolean
  /** The default deny is wanted, or is being taken away. */
  mayOpen: boolean
}>

/** `againMs`: when the next pass is due by itself, in milliseconds since 1970, or null. */
export type PassResult = Readonly<{ hasChanged: boolean; againMs: number | null }>

export type Round = Readonly<{ order: PassOrder; all: readonly SeenDevice[]; users: readonly string[]; nowMs: number }>
export type Decided = Readonly<{
  fn: DeviceFunction
  verdict: Verdict
  before: Before | undefined
  isOverdue: boolean
  waitingSinceMs: number | null
  wanted: Tracked['wanted']
  scan: ScanCase | null
  /** Why the scan keeps it closed; null: it does not. */
  closedBy: 'infected' | 'incomplete' | null
}>

/** How long the system may take to put rules in force that a read-only verdict rests on. */
const holdPatienceMs = 60_000

/** What the policy says of one function of one device, whether it is in or was. */
export function verdictOf(
  device: Device,
  fn: DeviceFunction,
  { order: { state }, all, users, nowMs }: Round,
  { capabilities }: Pick<Platform, 'capabilities'>,
): Verdict {
  return decide({
    device,
    fn,
    terminal: state.terminal,
    users,
    others: all.map((one) => one.device),
    policy: state.policy,
    grants: state.grants,
    capabilities: { readOnly: capabilities.readOnly },
    now: new Date(nowMs),
  })
}

/** Closed only until the rules that hold it read-only are in force: nothing to tell yet. */
export function isAwaitingRules(
  { verdict, wanted, before, waitingSinceMs, scan, closedBy }: Decided,
  nowMs: number,
): boolean {
  const isPermitted = verdict.access === 'read-only' || scan !== null
  const isPending = isPermitted && wanted === 'block' && closedBy === null && before?.isBroken !== true
  return isPending && nowMs - (waitingSinceMs ?? nowMs) < holdPatienceMs
}
