import { setTimeout as delay } from 'node:timers/promises'
import type { Device } from './device.ts'
import type { Machine } from './machine.ts'
import { readWatch, startWatch, stopWatch } from './watch.ts'

export interface TrialCounts {
  /** Trials in which the kernel met the medium; the rest ended without that, and prove nothing. */
  readonly arrived: number
  /** Trials in which any block node was heard of. */
  readonly withNode: number
  /** Trials in which 512 bytes were read from a block node. */
  readonly readable: number
}

export interface TrialOptions {
  readonly trials: number
  /** How long the medium stays in after its arrival; usb-storage itself waits 1 s before it looks for disks. */
  readonly dwellMs?: number
  readonly arrivalTimeoutMs?: number
}

/** Puts the medium in and takes it out again and again, and counts what the guest could get at. */
export async function runTrials(machine: Machine, device: Device, options: TrialOptions): Promise<TrialCounts> {
  const { trials, dwellMs = 3000, arrivalTimeoutMs = 60_000 } = options
  let [arrived, withNode, readable] = [0, 0, 0]
  for (let trial = 0; trial < trials; trial += 1) {
    await startWatch(machine)
    const plugged = await machine.plug(device)
    if (await hasArrived(machine, arrivalTimeoutMs)) arrived += 1
    await delay(dwellMs)
    await plugged.unplug()
    const { nodes } = await stopWatch(machine)
    if (nodes.length > 0) withNode += 1
    if (nodes.some((node) => node.wasReadable)) readable += 1
  }
  return { arrived, withNode, readable }
}

async function hasArrived(machine: Machine, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs
  while (Date.now() < until) {
    if ((await readWatch(machine)).arrivals > 0) return true
    await delay(200)
  }
  return false
}
