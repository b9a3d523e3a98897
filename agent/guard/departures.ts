import { isMediaClass } from '../../src/policy/media-class.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import type { Sighting } from '../platform/platform.ts'
import { describeDevice } from './outcome-event.ts'

const maxWaiting = 256
const maxRead = 2_048

/** Devices that left, and which of them nobody had read while they were in. */
export class Departures {
  #waiting: Sighting[] = []
  /** Instances that were decided on, the oldest first. */
  readonly #read = new Set<string>()
  /** When something at a port was last decided on. */
  readonly #readAtMs = new Map<string, number>()

  add(sighting: Sighting): void {
    this.#waiting = [...this.#waiting, sighting].slice(-maxWaiting)
  }

  noteRead(key: string, instance: string, atMs: number): void {
    this.#readAtMs.delete(key)
    this.#readAtMs.set(key, atMs)
    this.#read.delete(instance)
    this.#read.add(instance)
    forgetOldest(this.#read)
    forgetOldest(this.#readAtMs)
  }

  /** Those that nobody read, once. */
  takeUnread(): readonly Sighting[] {
    const unread = this.#waiting.filter((one) => !this.#wasRead(one))
    this.#waiting = []
    return unread
  }

  #wasRead({ device, instance, cameAtMs }: Sighting): boolean {
    if (instance !== null) return this.#read.has(instance)
    return (this.#readAtMs.get(device.key) ?? Number.NEGATIVE_INFINITY) >= cameAtMs
  }
}

function forgetOldest(kept: Set<string> | Map<string, number>): void {
  const [oldest] = kept.keys()
  if (kept.size > maxRead && oldest !== undefined) kept.delete(oldest)
}

/** One line for the device as a whole: nothing was observed of its functions, and nothing is claimed of them. */
export function briefEvent(
  { device, instance, cameAtMs, leftAtMs }: Sighting,
  verdicts: readonly Verdict[],
  users: readonly string[],
): NewEvent {
  const isMedium = device.functions.some((fn) => isMediaClass(fn.class))
  const verdict = verdicts.find(({ wouldBe }) => wouldBe === 'block') ?? verdicts[0]
  return {
    kind: isMedium ? 'media.brief' : 'device.brief',
    ...(verdict === undefined ? {} : { control: verdict.control }),
    subject: describeDevice(device, device.key),
    data: {
      device,
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
