import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { describe, inject, it } from 'vitest'

const programs = ['mmdebstrap', 'unshare', 'nsenter', 'mount'] as const

/** Why this machine cannot run Wine in a room of its own; null where it can. */
export function findObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'not root, so nothing can be mounted'
  const missing = programs.filter((name) => !isOnPath(name))
  if (missing.length > 0) return `this machine lacks ${missing.join(', ')}`
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', '--propagation=private', 'true'], { stdio: 'ignore' })
    return null
  } catch {
    return 'this machine allows no namespaces'
  }
}

/** A group of tests on one Windows machine; skipped where Wine cannot be had, and its name then says why. */
export function describeInWine(title: string, body: () => void): void {
  const { obstacle } = inject('wine')
  if (obstacle === null) describe(title, body)
  else describe.skip(`${title} (${obstacle})`, body)
}

/** What Windows does and Wine does not: named with the reason, and counted at the end of the run. */
export function skipInWine(title: string, reason: string): void {
  it.skip(`${title} (Wine: ${reason})`)
}

function isOnPath(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not for us
  }
}
