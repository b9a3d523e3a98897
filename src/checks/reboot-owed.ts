import { entriesOf, isMissing, outputOf, rawOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { compareVersions } from './version.ts'

export const rebootReadings: Readings = {
  'reboot-required': { kind: 'file', path: '/run/reboot-required', as: 'state' },
  kernel: { kind: 'command', program: 'uname', args: ['-r'] },
  boot: { kind: 'directory', path: '/boot', depth: 1 },
}

/** Since when a restart is owed: packages say so in a file, and a kernel newer than the running one lies in /boot. */
export function rebootSince(raws: Raws): string | null {
  const told = rawOf(raws, 'reboot-required', 'file')?.modifiedAt ?? null
  const kernel = newerKernelSince(raws)
  return [told, kernel].filter((at) => at !== null).toSorted()[0] ?? null
}

/** Neither way could be looked at. */
export function isRebootUnknown(raws: Raws): boolean {
  const isToldUnknown = rawOf(raws, 'reboot-required', 'file') === null && !isMissing(raws, 'reboot-required')
  return isToldUnknown && entriesOf(raws, 'boot') === null
}

/** A machine whose running kernel is not in /boot (a container, a hosted guest) takes its kernel from elsewhere. */
function newerKernelSince(raws: Raws): string | null {
  const running = outputOf(raws, 'kernel')?.trim() ?? ''
  const kernels = (entriesOf(raws, 'boot') ?? []).filter(({ path }) => path.startsWith('vmlinuz-'))
  if (!kernels.some(({ path }) => path === `vmlinuz-${running}`)) return null
  const newer = kernels.filter(({ path }) => isNewer(path.slice('vmlinuz-'.length), running))
  return newer.map(({ modifiedAt }) => modifiedAt).toSorted()[0] ?? null
}

/** Only kernels of the same flavour: a rescue image or another build is nothing that the machine would start next. */
function isNewer(kernel: string, running: string): boolean {
  const flavour = (name: string) => name.replace(/^[\d.]+(-[\d.]+)?/, '').replaceAll(/\d+/g, '')
  return flavour(kernel) === flavour(running) && compareVersions(kernel, running) > 0
}
