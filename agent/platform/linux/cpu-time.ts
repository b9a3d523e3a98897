import { join } from 'node:path'
import type { LinuxRoots } from './roots.ts'
import { readSmallFile } from './sysfs.ts'

/** sysconf(_SC_CLK_TCK), 100 on every Linux that Node runs on */
const ticksPerSecond = 100
const maxStatBytes = 4_096

/**
 * Of this process to the microsecond, by getrusage(2); of the programs that it waited for by proc_pid_stat(5) `cutime` and
 * `cstime`, which are summed exactly and told in hundredths of a second.
 */
export function readCpuMs(roots: LinuxRoots): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + readChildrenMs(roots)
}

function readChildrenMs(roots: LinuxRoots): number {
  const stat = readSmallFile(join(roots.proc, 'self/stat'), maxStatBytes) ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[13] ?? 0) + Number(fields[14] ?? 0) // fields 16 and 17, the first after the name being 3
  return Number.isFinite(ticks) ? (ticks * 1000) / ticksPerSecond : 0
}
