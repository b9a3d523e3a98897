import type { Stats } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectoryEntry, Raw, Reading } from '../../src/checks/reading.ts'
import { readKnownDigest } from './known-digests.ts'
import { platformLimits, type ReadLimits } from './platform.ts'
import { failedRaw } from './readings-failure.ts'

/** Whether a regular file can be run, by what this system goes by. */
export type IsProgram = (name: string, found: Stats) => boolean
type DirectoryReading = Extract<Reading, { kind: 'directory' }>

/** Looked at together: enough to keep the disk busy, few enough to leave threads to the guard. */
const atOnce = 2

/** What lies below a folder, breadth first: what is cut off by the limit is what lies deepest. */
export async function readDirectory(reading: DirectoryReading, limits: ReadLimits, isProgram: IsProgram): Promise<Raw> {
  const top = await stat(reading.path)
  if (!top.isDirectory()) return failedRaw('failed', `${reading.path}: not a folder`)
  const until = performance.now() + limits.timeoutMs
  const walk: Walk = { reading, device: top.dev, until, limits, isProgram, entries: [] }
  const depth = Math.max(1, reading.depth ?? 1)
  let folders: readonly string[] = ['']
  let isTruncated = false
  for (let level = 1; level <= depth && folders.length > 0; level += 1) {
    const below: string[] = []
    for (const folder of folders) {
      const listed = await listFolder(walk, folder)
      if (listed === 'late') return failedRaw('timeout', `${reading.path}: more than ${limits.timeoutMs} ms`)
      if (listed === 'unreadable' && folder === '') return failedRaw('denied', `${reading.path}: may not be listed`)
      if (typeof listed === 'string') isTruncated = true
      else below.push(...listed)
    }
    folders = below
  }
  return { kind: 'directory', entries: walk.entries, isTruncated }
}

type Walk = Readonly<{
  reading: DirectoryReading
  device: number
  until: number
  limits: ReadLimits
  isProgram: IsProgram
  entries: DirectoryEntry[]
}>

/** The folders in it, of the same file system. */
async function listFolder(walk: Walk, folder: string): Promise<readonly string[] | 'late' | 'full' | 'unreadable'> {
  const names = await namesIn(join(walk.reading.path, folder))
  if (names === null) return 'unreadable'
  const below: string[] = []
  for (let at = 0; at < names.length; at += atOnce) {
    if (performance.now() > walk.until || walk.limits.signal?.aborted === true) return 'late'
    const found = await Promise.all(names.slice(at, at + atOnce).map((name) => look(walk, folder, name)))
    for (const one of found) {
      if (one === null) continue
      if (one.isFolder) below.push(one.entry.path)
      if (!one.isWanted) continue
      if (walk.entries.length >= platformLimits.maxDirectoryEntries) return 'full'
      walk.entries.push(one.entry)
    }
  }
  return below
}

async function look(
  { reading, device, until, limits, isProgram }: Walk,
  folder: string,
  name: string,
): Promise<Readonly<{ entry: DirectoryEntry; isFolder: boolean; isWanted: boolean }> | null> {
  const path = folder === '' ? name : `${folder}/${name}`
  const full = join(reading.path, path)
  const found = await statOf(full)
  if (found === null) return null // gone between the listing and the look
  const type = typeOf(found)
  const isExecutable = type === 'file' && isProgram(name, found)
  const { size, mtime, mode, uid } = found
  const entry = { path, type, size, modifiedAt: mtime.toISOString(), mode: mode & 0o7777, uid }
  const isFolder = type === 'directory' && found.dev === device
  const isWanted = reading.only !== 'executables' || isExecutable
  if (!isWanted || !isExecutable || reading.digest !== true) return { entry, isFolder, isWanted }
  const sha256 = await readKnownDigest(full, found, { ...limits, timeoutMs: until - performance.now() })
  return { entry: sha256 === null ? entry : { ...entry, sha256 }, isFolder, isWanted }
}

async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return null // the caller says that not all was seen
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch {
    return null
  }
}

function typeOf(found: Stats): DirectoryEntry['type'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'directory'
  return found.isSymbolicLink() ? 'link' : 'other'
}
