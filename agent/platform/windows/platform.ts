import { readKeptFile } from '../kept.ts'
import type { Platform } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'
import { readCpuMs } from './cpu-time.ts'
import { createHost } from './host.ts'
import { keepFile } from './kept.ts'
import { forgetMachine, readMachine } from './machine.ts'
import { createQuarantine } from './quarantine.ts'
import { createCheckReader } from './readings.ts'
import { watchOwnPaths } from './watched-view.ts'
import { createFilterEngine } from './win32/wfp.ts'
import { createWindowsGuard } from './windows-guard.ts'

export type WindowsPlatformOptions = Readonly<{
  /** The agent's state folder (`C:\ProgramData\Tanmori\state`). */
  stateFolder: string
  /** What starts this program, without arguments; for the readings that need a process of their own. */
  self: readonly string[]
  /** Sessions, power and devices as the service control manager tells of them; null outside of the service. */
  events: SystemEvents | null
}>

/** What of Windows is behind each promise stands in the file that it comes from. */
export function createWindowsPlatform(options: WindowsPlatformOptions): Platform {
  const kept = {
    readKept: (name: string) => readKeptFile(options.stateFolder, name),
    keep: (name: string, text: string) => keepFile(options.stateFolder, name, text),
  }
  const quarantine = createQuarantine({
    ...kept,
    engine: createFilterEngine(),
    executable: process.execPath,
    after: (delayMs, run) => void setTimeout(run, delayMs).unref(),
  })
  return {
    ...createWindowsGuard({ ...kept, events: options.events }),
    // host
    applyQuarantine: quarantine.applyQuarantine,
    observeQuarantine: quarantine.observeQuarantine,
    ...createHost(options.events),
    readMachine: async () => readMachine(),
    forget: async () => forgetMachine(),
    ...kept,
    readCpuMs: () => readCpuMs(),
    // checks
    read: createCheckReader(options.self),
    watchPaths: watchOwnPaths,
  }
}
