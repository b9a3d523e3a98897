import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where a path on C: lies for Linux, which tells letters by their case: each part by the name that is there, if one is. */
export function findHostPath(driveC: string, windowsPath: string): string {
  const [drive = '', ...parts] = windowsPath.split(/[\\/]+/)
  if (drive.toUpperCase() !== 'C:') throw new Error(`wanted a path on C:, came ${windowsPath}`)
  return parts.filter(Boolean).reduce(findEntry, driveC)
}

function findEntry(folder: string, name: string): string {
  const exact = join(folder, name)
  if (existsSync(exact) || !existsSync(folder)) return exact
  const alike = readdirSync(folder).find((entry) => entry.toLowerCase() === name.toLowerCase())
  return join(folder, alike ?? name)
}
