import { readKeptFile } from '../kept.ts'
import { type Platform, platformLimits } from '../platform.ts'
import { watchPlaces } from '../watch-paths.ts'
import { applyDeviceAccess } from './access.ts'
import { applyBaseline, observeBaseline } from './baseline.ts'
import { watchCarriedFiles } from './carry.ts'
import { createClamav } from './clamav.ts'
import { clearMarks } from './clear-marks.ts'
import { readCpuMs } from './cpu-time.ts'
import { expandPaths } from './expand-paths.ts'
import { createHeldMedia } from './held-media.ts'
import { keepFile } from './kept.ts'
import { readMachine } from './machine.ts'
import { showNotice } from './notices.ts'
import { observeDevice } from './observe.ts'
import { readOwnFiles } from './own-files.ts'
import { applyQuarantine, observeQuarantine, readResolvers } from './quarantine.ts'
import { readMmc } from './read-mmc.ts'
import { readScsiOptical } from './read-scsi.ts'
import { createUsbReader } from './read-usb.ts'
import { readForCheck } from './readings.ts'
import { createSystemReader } from './readings-system.ts'
import { type LinuxRoots, systemRoots } from './roots.ts'
import { readOnlyClasses } from './rules.ts'
import { runProgram } from './run-program.ts'
import { readSessions } from './sessions.ts'
import { Sightings } from './sightings.ts'
import { inheritedSource, ownSocketSource, type UeventSource, udevadmSource } from './uevent-sources.ts'
import { usbSource } from './usb-source.ts'
import { watchChanges } from './watch-changes.ts'
import { watchUevents } from './watch-devices.ts'

export type LinuxPlatformOptions = Readonly<{
  /** The agent's state folder (`/var/lib/tanmori`). */
  stateFolder: string
  /** The uevent socket that systemd handed over (`LISTEN_FDS`), or null. */
  inheritedSocketFd: number | null
  roots?: LinuxRoots
  now?: () => Date
  /** What starts this program, without arguments; for the readings that need a process of their own. */
  self?: readonly string[]
}>

const flushTimeoutMs = 5_000

export function createLinuxPlatform(options: LinuxPlatformOptions): Platform {
  const roots = options.roots ?? systemRoots
  const now = options.now ?? (() => new Date())
  const baseline = { roots, stateFolder: options.stateFolder, now }
  const usb = createUsbReader(roots)
  const readSystem = createSystemReader(options.self ?? [])
  const access = { roots, flush: flushFileSystem }
  return {
    capabilities: { readOnly: readOnlyClasses, blocking: 'default-deny', carryIn: true },
    readDevices: async () =>
      [...usb.readAll(), ...readMmc(roots), ...readScsiOptical(roots)].slice(0, platformLimits.maxDevices),
    watchDevices: (watch) => {
      const sightings = new Sightings({ readUsb: usb.readOne, nowMs: () => now().getTime() })
      const onChange = () => {
        clearMarks(roots)
        watch.onChange()
      }
      return watchUevents(createSources(options.inheritedSocketFd), { ...watch, onChange }, sightings)
    },
    applyBaseline: (wanted) => applyBaseline(baseline, wanted),
    observeBaseline: async (wanted) => observeBaseline(baseline, wanted),
    endRestorations: async () => [], // the guard itself puts back, and tells it
    applyAccess: (device, changes) => applyDeviceAccess(access, device, changes),
    withdrawExceptions: async () => ({ units: [], failure: '' }), // they do not outlive the boot
    observe: async (device) => observeDevice(roots, device),
    heldMedia: createHeldMedia(roots),
    scanner: createClamav(roots),
    applyQuarantine: (wanted) => applyQuarantine(baseline, wanted),
    observeQuarantine: async (wanted) => observeQuarantine(baseline, wanted),
    readResolvers: async () => readResolvers(roots),
    readSessions: async () => readSessions(roots),
    notify: async (notice) => showNotice(roots, notice),
    readMachine: async () => readMachine(roots),
    forget: async () => undefined, // all lies in its folders
    watchFiles: (watch) => watchCarriedFiles({ roots, now }, watch),
    readKept: (name) => readKeptFile(options.stateFolder, name),
    keep: (name, text) => keepFile(options.stateFolder, name, text),
    read: (reading, limits) => readForCheck({ roots, readSystem }, reading, limits),
    watchPaths: (watch) => watchPlaces(watch, (patterns) => expandPaths(roots, patterns)),
    watchChanges: (what, onChange) => watchChanges(roots, what, onChange),
    readOwnFiles: () => readOwnFiles(roots),
    readCpuMs: () => readCpuMs(roots),
  }
}

/** The socket of systemd is used once: after a failure its number belongs to nobody, or to something else. */
function createSources(inheritedFd: number | null): () => readonly UeventSource[] {
  let fd = inheritedFd
  return () => {
    const first = fd === null ? [] : [inheritedSource(fd)]
    fd = null
    return [...first, ownSocketSource(), udevadmSource(), usbSource()]
  }
}

/** What the person wrote is put on the medium before it is taken away; a medium that does not answer is not waited for. */
async function flushFileSystem(mountPoint: string): Promise<void> {
  try {
    await runProgram('sync', ['--file-system', mountPoint], flushTimeoutMs)
  } catch {
    return // closing matters more than what could not be written
  }
}
