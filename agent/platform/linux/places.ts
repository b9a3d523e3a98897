import { join } from 'node:path'
import type { Device } from '../../../src/policy/device.ts'
import type { LinuxRoots } from './roots.ts'

/** The sysfs folder of one function; `usb` interfaces, `mmc` cards and `scsi` units are all listed flat by their bus. */
export function functionPath(roots: LinuxRoots, device: Device, key: string): string {
  return join(roots.sys, 'bus', device.bus, 'devices', key)
}

/** Where exceptions are marked: the udev rules and the stop script read these folders. */
export function tagPath(roots: LinuxRoots, tag: Tag, key: string): string {
  return join(roots.run, 'tanmori', tag, key)
}

/** `open`: bound though the class is denied. `write`: not held read-only. `read-only`: held so though the class is not. */
export type Tag = 'open' | 'write' | 'read-only'
export const tags = ['open', 'write', 'read-only'] as const satisfies readonly Tag[]

/** Keys become file names and sysfs writes: the kernel's own names pass, nothing else does. */
export function isFunctionKey(key: string): boolean {
  return /^(\d+-\d+(\.\d+)*:\d+\.\d+|mmc\d+:[0-9a-f]{4}|\d+:\d+:\d+:\d+)$/.test(key)
}

/** Before every rule of the distribution: the default deny. After its seat rules: what hides a read-only drive's other ways. */
export const defaultRulesName = '05-tanmori.rules'
export const lateRulesName = '72-tanmori.rules'
