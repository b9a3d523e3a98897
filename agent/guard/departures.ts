import type { DeviceFunction } from '../../src/policy/device.ts'
import { isMediaClass } from '../../src/policy/media-class.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import type { SeenDevice, Sighting } from '../platform/platform.ts'
import { describeDevice } from './outcome-event.ts'

/** `functions`: those of the device that nobody read. */
export type Unread = Readonly<{ sighting: Sighting; functions: readonly DeviceFunction[] }>

const maxWaiting = 256
const maxRead = 2_048

/** Devices that left, and which of them, or of their functions, nobody had read while they were in. */
export class Departures {
  #waiting: Sighting[] = []
  /** Functions that were decided on, by the instance of their device, the oldest first. */
  readonly #read = new Map<string, ReadonlySet<string>>()
  /** When something at a port was last decided on. */
  readonly #readAtMs = new Map<string, number>()

  add(sighting: Sighting): void {
    this.#waiting = [...this.#waiting, sighting].slice(-maxWaiting)
  }

  noteRead({ device, instance }: SeenDevice, atMs: number): void {
    this.#readAtMs.delete(device.key)
    this.#readAtMs.set(device.key, atMs)
    const functions = new Set([...(this.#read.get(instance) ?? []), ...device.functions.map((fn) => fn.key)])
    this.#read.delete(instance)
    this.#read.set(instance, functions)
    forgetOldest(this.#read)
    forgetOldest(this.#readAtMs)
  }

  /** Those that nobody read, once, with the functions that nobody read. */
  takeUnread(): readonly Unread[] {
    const left = this.#waiting
    this.#waiting = []
    return left
      .map((sighting) => ({ sighting, functions: this.#unreadOf(sighting) }))
      .filter((one): one is Unread => one.functions !== null)
  }

  /** Null where there is nothing left to tell. */
  #unreadOf({ device, instance, cameAtMs }: Sighting): readonly DeviceFunction[] | null {
    if (instance === null) {
      // Gone before even that could be read: known by its port alone.
      const readAtMs = this.#readAtMs.get(device.key) ?? Number.NEGATIVE_INFINITY
      return readAtMs >= cameAtMs ? null : device.functions
    }
    const read = this.#read.get(instance)
    if (read === undefined) return device.functions
    const unread = device.functions.filter((fn) => !read.has(fn.key))
    return unread.length === 0 ? null : unread
  }
}

function forgetOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys()
  if (kept.size > maxRead && oldest !== undefined) kept.delete(oldest)
}

/** One line for all of them: nothing was observed of these functions, and nothing is claimed of them. */
export function briefEvent(
  { sighting: { device, instance, cameAtMs, leftAtMs }, functions }: Unread,
  verdicts: readonly Verdict[],
  users: readonly string[],
): NewEvent {
  const isMedium = functions.some((fn) => isMediaClass(fn.class))
  const verdict = verdicts.find(({ wouldBe }) => wouldBe === 'block') ?? verdicts[0]
  return {
    kind: isMedium ? 'media.brief' : 'device.brief',
    ...(verdict === undefined ? {} : { control: verdict.control }),
    subject: describeDevice(device, device.key),
    data: {
      device,
      functions: functions.map((fn) => fn.key),
      instance,
      // The strictest, which is what the line is read for, and those of all functions in their order.
      ...(verdict === undefined ? {} : { verdict }),
      verdicts,
      users,
      // Told of late, and at once: the agent stood still or did not run, and nobody knows for how long it was in.
      pluggedInMs: instance === null ? null : Math.max(0, leftAtMs - cameAtMs),
      observed: 'gone before it could be looked at',
    },
  }
}
