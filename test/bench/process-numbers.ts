import { readdirSync, readFileSync } from 'node:fs'

export type Memory = Readonly<{ residentMb: number; privateDirtyMb: number; proportionalMb: number }>

/** From `/proc/PID/smaps_rollup`, in MiB. */
export function readMemory(pid: number): Memory {
  return parseMemory(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
}

export function parseMemory(text: string): Memory {
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { residentMb: mb('Rss'), privateDirtyMb: mb('Private_Dirty'), proportionalMb: mb('Pss') }
}

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** User and system time of the process and of the children that it waited for, in seconds. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // proc_pid_stat(5): utime, stime, cutime and cstime are fields 14 to 17
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}

/** Processes that it started and that still run. */
export function listChildren(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}
