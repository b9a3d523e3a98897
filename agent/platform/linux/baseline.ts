import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Baseline, BaselineObservation } from '../platform.ts'
import { keepFile } from './kept.ts'
import { defaultRulesName, lateRulesName } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { type ClassAccess, formatDefaultRules, formatLateRules } from './rules.ts'
import { listEntries, readAttribute, readSmallFile } from './sysfs.ts'
import { judgeSystemDisks, readSystemDisks } from './system-disks.ts'

export type BaselineDeps = Readonly<{ roots: LinuxRoots; stateFolder: string; now(): Date }>

/** `/etc/modprobe.d/tanmori.conf`, written by `installers/linux/tree/usr/lib/tanmori/baseline`. */
export const modprobeText = 'options usbcore authorized_default=0\n'
const maxRulesBytes = 65_536

/**
 * Leaves what is wanted in `STATE/baseline`, the trigger last: the agent is confined and cannot write /etc. A path unit
 * (`tanmori-baseline.path`) checks it against an allow-list, installs it, and has the initramfs rebuilt in the background.
 */
export async function applyBaseline(deps: BaselineDeps, wanted: Baseline): Promise<void> {
  const folder = join(deps.stateFolder, 'baseline')
  if (wanted.mode === 'on') {
    const reason = judgeSystemDisks(deps.roots, readSystemDisks(deps.roots))
    if (reason !== null) return
    await keepFile(folder, defaultRulesName, formatDefaultRules(wanted.classes))
    await keepFile(folder, lateRulesName, formatLateRules(wanted.classes, wanted.isScanned))
  }
  await keepFile(folder, 'wanted', `${wanted.mode} ${digestOf(wanted)} ${deps.now().toISOString()}\n`)
}

/** Compares what is installed and what the kernel holds with what is wanted. */
export function observeBaseline({ roots }: BaselineDeps, wanted: Baseline): BaselineObservation {
  if (wanted.mode === 'off') return observeOff(roots)
  const reason = judgeSystemDisks(roots, readSystemDisks(roots))
  if (reason !== null) return { state: 'unsupported', detail: reason }
  const differences = listDifferences(roots, wanted.classes, wanted.isScanned)
  if (differences.length === 0) return { state: 'in-force', detail: 'rules and kernel defaults' }
  return { state: 'differs', detail: differences.join('; ') }
}

function observeOff(roots: LinuxRoots): BaselineObservation {
  const isInstalled = readRules(roots, defaultRulesName) !== null
  return isInstalled
    ? { state: 'differs', detail: `${defaultRulesName} is still installed` }
    : { state: 'in-force', detail: 'nothing installed' }
}

function listDifferences(roots: LinuxRoots, classes: ClassAccess, isScanned: boolean | undefined): readonly string[] {
  const buses = listEntries(join(roots.sys, 'bus/usb/devices')).filter((name) => /^usb\d+$/.test(name))
  const openBuses = buses.filter(
    (bus) => readAttribute(join(roots.sys, 'bus/usb/devices', bus, 'interface_authorized_default')) !== '0',
  )
  const parameter = readAttribute(join(roots.sys, 'module/usbcore/parameters/authorized_default'))
  const cards = readAttribute(join(roots.sys, 'bus/mmc/drivers_autoprobe'))
  return [
    ...(readRules(roots, defaultRulesName) === formatDefaultRules(classes) ? [] : [`${defaultRulesName} differs`]),
    ...(readRules(roots, lateRulesName) === formatLateRules(classes, isScanned) ? [] : [`${lateRulesName} differs`]),
    ...(readSmallFile(join(roots.etc, 'modprobe.d/tanmori.conf'), maxRulesBytes) === modprobeText
      ? []
      : ['modprobe.d/tanmori.conf differs']),
    ...openBuses.map((bus) => `${bus} does not deny interfaces`),
    ...(parameter === null || parameter === '0' ? [] : [`usbcore.authorized_default is ${parameter}`]),
    ...(classes['sd-card'] === 'block' && cards === '1' ? ['SD cards are bound by themselves'] : []),
  ]
}

function readRules(roots: LinuxRoots, name: string): string | null {
  return readSmallFile(join(roots.etc, 'udev/rules.d', name), maxRulesBytes)
}

function digestOf(wanted: Baseline): string {
  const text =
    wanted.mode === 'on' ? formatDefaultRules(wanted.classes) + formatLateRules(wanted.classes, wanted.isScanned) : ''
  return createHash('sha256').update(text).digest('hex')
}
