import { readJobCpuMs } from './win32/own-job.ts'

/**
 * Of this process, and through its job of every program that it ran. A job counts the whole time of each process in it;
 * where it counts nothing, the process's own time stands.
 */
export function readCpuMs(readJobMs: () => number = readJobCpuMs): number {
  const { user, system } = process.cpuUsage()
  return Math.max((user + system) / 1000, readJobMs())
}
