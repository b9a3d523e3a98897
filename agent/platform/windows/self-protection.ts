import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { NewEvent } from '../../../src/protocol/events.ts'
import type { SelfProtection } from '../../self-protection.ts'
import { createFolderSystem } from './folder-system.ts'
import { type PlaceChange, type PlacesResult, protectFolder } from './own-places.ts'
import { trustedOwners } from './pipe-security.ts'
import type { Sid } from './security-descriptor.ts'

export type SelfProtectionOptions = Readonly<{
  /** Folders that are the agent's alone. */
  folders: readonly string[]
  stateDir: string
  /** In a trial: whoever runs it gets in too. */
  runsAs: Sid | null
  /** What sets the service's settings again and prints what it changed; null outside of the service. */
  configure: readonly string[] | null
}>

/** Nobody waits for it; ended before it has told what it put back, it would have put it back untold. */
const configureTimeoutMs = 180_000
const maxOutputBytes = 65_536
/** There since the agent has once set everything itself: from then on a difference is somebody's doing. */
const markName = 'self-protection.mark'

const changesSchema = z.object({
  changed: z.array(z.object({ item: z.string(), wanted: z.string(), came: z.string() })),
  refused: z.array(z.object({ item: z.string(), detail: z.string() })),
  unheld: z.array(z.string()),
})

export function createSelfProtection(options: SelfProtectionOptions): SelfProtection {
  const mark = join(options.stateDir, markName)
  const trusted = trustedOwners(options.runsAs)
  let places: PlacesResult = { changes: [], unheld: [], failures: [] }
  let service: string | null = null

  const protectPlaces = (): readonly NewEvent[] => {
    const wasSetBefore = existsSync(mark)
    const results = options.folders.map((folder) => protectFolder(createFolderSystem(), folder, trusted))
    places = {
      changes: results.flatMap(({ changes }) => changes),
      unheld: results.flatMap(({ unheld }) => unheld),
      failures: results.flatMap(({ failures }) => failures),
    }
    if (places.failures.length === 0) leaveMark(options.stateDir, mark)
    return describePlaceChanges(places.changes, wasSetBefore)
  }
  return {
    protectPlaces,
    async lookAgain() {
      const events = protectPlaces()
      if (options.configure === null) return events
      try {
        const { changed, refused, unheld } = changesSchema.parse(JSON.parse(await run(options.configure)))
        const differing = refused.filter(({ item }) => !unheld.includes(item))
        service = differing.length === 0 ? null : `not set: ${differing.map(({ item }) => item).join(', ')}`
        return [...events, ...describeServiceChanges(changed.filter(({ item }) => !unheld.includes(item)))]
      } catch (error) {
        service = error instanceof Error ? error.message : String(error)
        return events
      }
    },
    sensors() {
      const notes = [
        ...places.failures,
        places.unheld.length === 0 ? null : `permissions are not kept by this file system: ${places.unheld[0]}`,
        service === null ? null : `service: ${service}`,
      ].filter((note) => note !== null)
      const detail = notes.length === 0 ? 'folders and service as they should be' : notes.join('; ').slice(0, 500)
      return [{ id: 'self-protection', state: notes.length === 0 ? 'working' : 'degraded', lastAt: null, detail }]
    },
  }
}

/** Made, or set for the first time: an installation. Afterwards each is somebody's doing, and one event tells them all. */
export function describePlaceChanges(changes: readonly PlaceChange[], wasSetBefore: boolean): readonly NewEvent[] {
  const told = changes.filter(({ what }) => what === 'link' || wasSetBefore)
  const [first] = told
  if (first === undefined) return []
  const data = {
    what: 'own-places',
    count: told.length,
    changes: told.slice(0, maxTold).map(({ path, what, came }) => ({ path, what, came })),
  }
  return [{ kind: 'guard.tampered', subject: first.path.slice(0, 512), data }]
}

const maxTold = 10

export function describeServiceChanges(
  changed: readonly Readonly<{ item: string; wanted: string; came: string }>[],
): readonly NewEvent[] {
  if (changed.length === 0) return []
  return [{ kind: 'guard.tampered', subject: 'service Tanmori', data: { what: 'own-service', changes: [...changed] } }]
}

function leaveMark(stateDir: string, mark: string): void {
  try {
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(mark, '', { flag: 'a' })
  } catch {
    // A full disk: the next start calls the same difference an installation once more.
  }
}

/** In a process of its own: the service control manager may be busy, and the guard must not wait for it. */
function run([program = '', ...args]: readonly string[]): Promise<string> {
  const limits = { timeout: configureTimeoutMs, maxBuffer: maxOutputBytes, windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile(program, args, limits, (error, stdout) => {
      if (stdout.trim() !== '') resolve(stdout)
      else reject(error ?? new Error('it said nothing'))
    })
  })
}
