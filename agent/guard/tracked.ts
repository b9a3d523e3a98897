import type { Access, Device, DeviceFunction } from '../../src/policy/device.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { PluggedDevice } from '../../src/protocol/messages.ts'
import type { SeenDevice } from '../platform/platform.ts'
import type { RememberedDevice } from './memory.ts'
import type { Outcome } from './outcome.ts'

/** What the next pass must know of a function. */
export type Before = Readonly<{
  wanted: Access
  /** What was told last, in a form that only serves to be compared; '' for nothing. */
  mark: string
  told: Outcome | null
  waitingSinceMs: number | null
  /** It was closed and opened anew because it was not held in time. */
  wasRetried: boolean
  /** Read-only did not hold on it: closed until it is plugged in anew. */
  isBroken: boolean
}>
export type Tracked = Before &
  Readonly<{ fn: DeviceFunction; verdict: Verdict; outcome: Outcome; observed: string; nodes: readonly string[] }>
/** `earlier`: what it had before and has no more, as another configuration's: should that come back, it was told already. */
export type TrackedDevice = Readonly<{
  seen: SeenDevice
  sinceMs: number
  functions: ReadonlyMap<string, Tracked>
  earlier: ReadonlyMap<string, Before>
}>

/** What was known of this plugging-in, from this process or from the one before it. */
export type Known = Readonly<{ sinceMs: number; functions: ReadonlyMap<string, Before> }>

/** All that was known of its functions, those that it has no more too. */
export function knownOf({ sinceMs, functions, earlier }: TrackedDevice): Known {
  return { sinceMs, functions: new Map([...earlier, ...functions]) }
}

/** What is known of functions that it no longer has; nothing of them is waited for. */
export function earlierOf(known: Known | undefined, functions: ReadonlyMap<string, Tracked>): TrackedDevice['earlier'] {
  const gone = [...(known?.functions ?? [])].filter(([key]) => !functions.has(key))
  return new Map(
    gone.map(([key, { wanted, mark, told, wasRetried, isBroken }]) => {
      return [key, { wanted, mark, told, waitingSinceMs: null, wasRetried, isBroken }] as const
    }),
  )
}

export function recall(remembered: RememberedDevice | undefined, seen: SeenDevice): Known | undefined {
  if (remembered === undefined || remembered.instance !== seen.instance) return undefined
  const functions = Object.entries(remembered.told).map(([key, told]) => {
    const before: Before = {
      wanted: told.wanted,
      mark: told.mark,
      told: told.outcome,
      waitingSinceMs: null,
      wasRetried: false,
      isBroken: told.outcome === 'bypassed' && told.wanted === 'read-only',
    }
    return [key, before] as const
  })
  return { sinceMs: remembered.sinceMs, functions: new Map(functions) }
}

export function remember({ seen, sinceMs, functions, earlier }: TrackedDevice): RememberedDevice {
  const told = [...earlier, ...functions].flatMap(([key, one]) =>
    one.told === null ? [] : [[key, { mark: one.mark, outcome: one.told, wanted: one.wanted }] as const],
  )
  return { instance: seen.instance, sinceMs, device: seen.device, told: Object.fromEntries(told) }
}

export function pluggedOf({ seen, sinceMs, functions }: TrackedDevice): PluggedDevice {
  const device: Device = seen.device
  return {
    device,
    verdicts: device.functions.flatMap((fn) => functions.get(fn.key)?.verdict ?? []),
    observed: [...functions.values()]
      .map((one) => one.observed)
      .join('; ')
      .slice(0, 500),
    since: new Date(sinceMs).toISOString(),
  }
}

/** When something about these devices ends by itself: a verdict, or the patience with a driver. */
export function nextInstantMs(devices: Iterable<TrackedDevice>, nowMs: number, graceMs: number): number | null {
  const instants: number[] = []
  for (const { functions } of devices) {
    for (const one of functions.values()) {
      if (one.verdict.until !== undefined) instants.push(Date.parse(one.verdict.until))
      if (one.waitingSinceMs !== null) instants.push(one.waitingSinceMs + graceMs)
      if (one.isBroken && one.wanted !== 'block') instants.push(nowMs + 1)
    }
  }
  const coming = instants.filter((instant) => instant > nowMs)
  return coming.length === 0 ? null : Math.min(...coming)
}
