import { type FSWatcher, watch as watchEntry } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

export type FoldersDeps = Readonly<{
  maxEntries: number
  /** Levels of folders below a place. */
  maxDepth: number
  onChange: (path: string) => void
  onState: () => void
}>

/** `above`: not a place itself, but where one that is missing would appear; nothing below it is watched. */
type Kind = 'folder' | 'file' | 'above'
type Entry = { readonly watcher: FSWatcher; readonly inode: number; kind: Kind; depth: number }

/** What cannot be watched because it is not there any more, or is not for this process. */
const expected = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'])

/**
 * Watches places with the folders below them by one `fs.watch` each; links are not followed. A place that is not there is
 * waited for in the nearest folder above it that is. Holds no more of a folder than its path, for there are thousands.
 */
export class WatchedFolders {
  readonly #deps: FoldersDeps
  readonly #places = new Set<string>()
  readonly #entries = new Map<string, Entry>()
  #work: Promise<void> = Promise.resolve()
  #isStopped = false
  isFull = false
  failure: string | null = null

  constructor(deps: FoldersDeps) {
    this.#deps = deps
  }

  get count(): number {
    return this.#entries.size
  }

  /** Places that are known already are looked at again: what a notice was lost of is found. */
  add(paths: readonly string[]): void {
    for (const path of paths) {
      const isNew = !this.#places.has(path)
      this.#places.add(path)
      this.#later(() => this.#look(path, !isNew))
    }
    this.#later(async () => this.#deps.onState())
  }

  stop(): void {
    this.#isStopped = true
    for (const { watcher } of this.#entries.values()) watcher.close()
    this.#entries.clear()
  }

  /** One after the other: a place with thousands of folders must not take all threads from the guard. */
  #later(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => (this.#isStopped ? undefined : await work()))
      .catch((error: unknown) => this.#fail(error))
  }

  async #look(place: string, isTold: boolean): Promise<void> {
    const found = await lookAt(place)
    const before = this.#entries.get(place)
    const isSame = before !== undefined && before.inode === found?.inode
    if (before !== undefined && !isSame) this.#drop(place)
    if (found === null) return await this.#awaitAbove(place)
    if (found.isFolder) await this.#watchTree(place, found.inode, 0)
    else this.#watchOne(place, { inode: found.inode, kind: 'file', depth: 0 })
    if (isTold && !isSame) this.#deps.onChange(place)
  }

  async #awaitAbove(place: string): Promise<void> {
    for (let folder = dirname(place); ; folder = dirname(folder)) {
      const found = await lookAt(folder)
      if (found !== null) return this.#watchOne(folder, { inode: found.inode, kind: 'above', depth: 0 })
      if (folder === dirname(folder)) return
    }
  }

  async #watchTree(folder: string, inode: number, depth: number): Promise<void> {
    const known = this.#entries.get(folder)
    if (known?.kind === 'folder' && known.depth <= depth && depth > 0) return
    if (known === undefined) this.#watchOne(folder, { inode, kind: 'folder', depth })
    else Object.assign(known, { kind: 'folder', depth })
    if (depth >= this.#deps.maxDepth || !this.#entries.has(folder)) return
    for (const name of await listFolders(folder)) {
      if (this.#isStopped || this.isFull) return
      const path = join(folder, name)
      const found = await lookAt(path)
      if (found?.isFolder) await this.#watchTree(path, found.inode, depth + 1)
    }
  }

  #watchOne(path: string, entry: Omit<Entry, 'watcher'>): void {
    if (this.#isStopped || this.#entries.has(path)) return
    if (this.#entries.size >= this.#deps.maxEntries) {
      this.isFull = true
      return
    }
    try {
      const watcher = watchEntry(path, { persistent: false })
      watcher.on('change', (event, name) => this.#seen(path, event, String(name ?? '')))
      watcher.on('error', (error) => this.#lose(path, error))
      this.#entries.set(path, { watcher, ...entry })
    } catch (error) {
      this.#fail(error)
    }
  }

  #seen(watched: string, event: string, name: string): void {
    const kind = this.#entries.get(watched)?.kind
    if (kind === 'above' && event !== 'rename') return
    const isFile = kind === 'file'
    const path = isFile || name === '' ? watched : join(watched, name)
    this.#deps.onChange(path)
    if (event === 'rename') this.#later(() => this.#follow(watched, path))
    // The name may be given to another file while somebody still holds the one that had it.
    else if (isFile) this.#later(() => this.#look(watched, true))
  }

  /** Something came, went or was replaced: the watches go with it. */
  async #follow(watched: string, path: string): Promise<void> {
    const entry = this.#entries.get(watched)
    const found = await lookAt(path)
    // What is gone tells its own name, as if it had lain in itself (libuv, `uv_fs_event_start`).
    const isItself = path === watched || (found === null && basename(path) === basename(watched))
    this.#drop(isItself ? watched : path)
    const isBelow = !isItself && entry?.kind === 'folder' && entry.depth < this.#deps.maxDepth
    if (isBelow && found?.isFolder) await this.#watchTree(path, found.inode, entry.depth + 1)
    for (const place of this.#places) {
      const isConcerned = isAtOrBelow(place, isItself ? watched : path)
      if (isConcerned && !this.#isWatched(place)) await this.#look(place, true)
    }
  }

  #isWatched(place: string): boolean {
    const kind = this.#entries.get(place)?.kind
    return kind === 'folder' || kind === 'file'
  }

  #lose(path: string, error: unknown): void {
    this.#drop(path)
    this.#fail(error)
    this.#later(() => this.#follow(path, path))
  }

  #drop(path: string): void {
    if (!this.#entries.has(path)) return
    for (const [watched, { watcher }] of this.#entries) {
      if (!isAtOrBelow(watched, path)) continue
      watcher.close()
      this.#entries.delete(watched)
    }
    this.isFull = this.isFull && this.#entries.size >= this.#deps.maxEntries
  }

  #fail(error: unknown): void {
    if (error instanceof Error && 'code' in error && expected.has(String(error.code))) return
    this.failure = error instanceof Error ? error.message : String(error)
    this.#deps.onState()
  }
}

function isAtOrBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep)
}

async function lookAt(path: string): Promise<Readonly<{ inode: number; isFolder: boolean }> | null> {
  try {
    const found = await lstat(path)
    return { inode: found.ino, isFolder: found.isDirectory() }
  } catch {
    return null // it is not there, or not for this process
  }
}

async function listFolders(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch {
    return [] // gone, or not for this process
  }
}
