import { join } from 'node:path'
import {
  type Ace,
  aceTypes,
  formatDescriptor,
  fullAccess,
  inherited,
  isHeldBy,
  isSameDescriptor,
  type SecurityDescriptor,
  type Sid,
} from './security-descriptor.ts'

/** What the agent's folders are made of, for this one purpose; the real one is `createFolderSystem`. */
export type FolderSystem = Readonly<{
  /** Null where nothing is there. */
  look(path: string): 'folder' | 'file' | 'linked-file' | 'link' | null
  makeFolder(path: string): void
  listFolder(path: string): readonly string[]
  readSecurity(path: string): SecurityDescriptor
  writeSecurity(path: string, wanted: SecurityDescriptor): void
  /** The name only: never what a link points to. */
  removeName(path: string): void
}>

export type PlaceChange = Readonly<{ path: string; what: 'made' | 'permissions' | 'link'; came: string }>
export type PlacesResult = Readonly<{
  changes: readonly PlaceChange[]
  /** Set, and not there when read back: this file system keeps other permissions. */
  unheld: readonly string[]
  failures: readonly string[]
}>

const unknown: SecurityDescriptor = { owner: null, dacl: null, isProtected: false }

/** A folder of the agent has some dozens of entries; somebody who plants more than this gets no further. */
const maxEntries = 5_000
const maxDepth = 6

/**
 * Sees that only `trusted` (SYSTEM, the administrators) own and enter the folder and all that is in it. Windows lets
 * every user make folders in `C:\ProgramData`, so that one of this name may have been there before the agent, with files
 * and links of somebody's own: permissions are set on each of them, links are taken away and never followed.
 */
export function protectFolder(system: FolderSystem, path: string, trusted: readonly Sid[]): PlacesResult {
  const changes: PlaceChange[] = []
  const failures: string[] = []
  const unheld: string[] = []
  const [owner = null] = trusted.slice(1)
  let entries = 0

  const attempt = (at: string, act: () => void) => {
    try {
      act()
    } catch (error) {
      failures.push(`${at}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const removeLink = (at: string) => {
    changes.push({ path: at, what: 'link', came: '' })
    attempt(at, () => system.removeName(at))
  }
  const protect = (at: string, wanted: SecurityDescriptor, isRight: (came: SecurityDescriptor) => boolean) =>
    attempt(at, () => {
      const came = tryRead(at)
      if (came !== null && isRight(came)) return
      system.writeSecurity(at, wanted)
      if (!isRight(system.readSecurity(at))) unheld.push(at)
      else
        changes.push({ path: at, what: 'permissions', came: came === null ? 'not to be read' : formatDescriptor(came) })
    })
  /** Somebody may have shut out everybody else, SYSTEM too; the owner that is set next may always read. */
  const tryRead = (at: string) => {
    try {
      return system.readSecurity(at)
    } catch {
      return null
    }
  }
  const walk = (folder: string, depth: number) => {
    for (const name of system.listFolder(folder)) {
      entries += 1
      if (entries > maxEntries || depth > maxDepth) {
        failures.push(`${folder}: more in it than is looked at`)
        return
      }
      attempt(join(folder, name), () => visit(join(folder, name), depth))
    }
  }
  const visit = (at: string, depth: number) => {
    const kind = system.look(at)
    if (kind === null) return
    if (kind === 'link') return removeLink(at)
    const isHeld = (came: SecurityDescriptor) => isHeldBy(trusted, came)
    // Permissions of a second name are those of the file behind it, which may be anybody's.
    if (kind === 'linked-file' && !isHeld(tryRead(at) ?? unknown)) return removeLink(at)
    protect(at, { owner, dacl: acesFor(trusted, kind === 'folder'), isProtected: false }, isHeld)
    if (kind === 'folder') walk(at, depth + 1)
  }

  const found = system.look(path)
  if (found === 'link') removeLink(path)
  if (found !== 'folder') {
    attempt(path, () => system.makeFolder(path))
    changes.push({ path, what: 'made', came: '' })
  }
  const wanted = { owner, dacl: acesFor(trusted, true), isProtected: true }
  protect(path, wanted, (came) => isSameDescriptor({ ...wanted, owner: null }, came) && isHeldBy(trusted, came))
  attempt(path, () => walk(path, 1))
  // Where the folder's own permissions do not hold, those of what is in it are the file system's, and nobody's doing.
  const told = unheld.includes(path) ? changes.filter(({ what }) => what !== 'permissions') : changes
  return { changes: told, unheld, failures }
}

/** On a folder, for all that will be made in it; on a file, for itself. */
function acesFor(trusted: readonly Sid[], isFolder: boolean): readonly Ace[] {
  return trusted.map((sid) => ({
    type: aceTypes.allow,
    flags: isFolder ? inherited.toAll : 0,
    mask: fullAccess,
    sid,
  }))
}
