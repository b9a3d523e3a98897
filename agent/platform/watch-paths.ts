import { lstat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { FSWatcher } from 'chokidar'
import { type PathWatch, platformLimits, type Stoppable } from './platform.ts'

/** One place to watch: `pattern` as it was asked for, `onlyPrograms` where people's own files would tell too often. */
export type WatchedPlace = Readonly<{ path: string; pattern: string; onlyPrograms: boolean }>
export type ExpandPaths = (patterns: readonly string[]) => readonly WatchedPlace[]

/** New homes and new matches of a pattern are looked for this often. */
const expandAgainMs = 300_000

/** Watches folders, not files: the kernel tells of every name in a watched folder, and memory goes by folders alone. */
export function watchPlaces(watch: PathWatch, expand: ExpandPaths): Stoppable {
  const running = new Watch(watch, expand)
  void running.start()
  return { stop: () => running.stop() }
}

class Watch {
  readonly #watch: PathWatch
  readonly #expand: ExpandPaths
  readonly #places = new Map<string, WatchedPlace[]>()
  readonly #folders = new Set<string>()
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | null = null
  #isStopped = false
  #isFull = false
  #failure: string | null = null

  constructor(watch: PathWatch, expand: ExpandPaths) {
    this.#watch = watch
    this.#expand = expand
  }

  async start(): Promise<void> {
    const { FSWatcher: Watcher } = await import('chokidar')
    if (this.#isStopped) return
    this.#watcher = new Watcher({
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      atomic: false,
      depth: platformLimits.maxWatchDepth,
      ignored: (path, stats) => this.#isIgnored(path, stats?.isDirectory()),
    })
    this.#watcher.on('raw', (_event, name, details) => void this.#note(placeOf(name, details)))
    this.#watcher.on('all', (event, path) => {
      if (event === 'unlinkDir') this.#folders.delete(path)
      void this.#note(path)
    })
    this.#watcher.on('error', (error) => {
      this.#failure = error instanceof Error ? error.message : String(error)
      this.#tellState()
    })
    this.#watcher.on('ready', () => this.#tellState())
    this.#addPlaces()
    this.#timer = setInterval(() => this.#addPlaces(), expandAgainMs).unref()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#watcher?.close().catch(() => undefined) // it holds nothing that must be written
  }

  #addPlaces(): void {
    const added = this.#expand(this.#watch.paths).filter((place) => !this.#isKnown(place))
    for (const place of added) this.#places.set(place.path, [...(this.#places.get(place.path) ?? []), place])
    if (added.length > 0) this.#watcher?.add(added.map(({ path }) => path))
    else if (this.#places.size === 0) this.#tellState()
  }

  #isKnown({ path, pattern }: WatchedPlace): boolean {
    return this.#places.get(path)?.some((place) => place.pattern === pattern) === true
  }

  #isIgnored(path: string, isFolder: boolean | undefined): boolean {
    if (isFolder === undefined || this.#places.has(path)) return false
    if (!isFolder) return true
    if (this.#folders.has(path)) return false
    if (this.#folders.size >= platformLimits.maxWatchedEntries) {
      this.#isFull = true
      return true
    }
    this.#folders.add(path)
    return false
  }

  async #note(path: string | null): Promise<void> {
    if (path === null || this.#isStopped) return
    const concerned = [...this.#places.values()].flat().filter((place) => isBelow(path, place.path))
    if (concerned.length === 0) return
    const isProgram = concerned.some(({ onlyPrograms }) => onlyPrograms) ? await isProgramOrGone(path) : true
    for (const { pattern, onlyPrograms } of concerned) if (isProgram || !onlyPrograms) this.#watch.onChange(pattern)
  }

  #tellState(): void {
    const { maxWatchedEntries } = platformLimits
    const count = `${this.#places.size + this.#folders.size} places and folders watched`
    if (this.#failure !== null) this.#watch.onState({ state: 'degraded', detail: `${count}; ${this.#failure}` })
    else if (this.#isFull)
      this.#watch.onState({
        state: 'degraded',
        detail: `no more than ${maxWatchedEntries} folders are watched: what changes in the others is found by the next round`,
      })
    else this.#watch.onState({ state: 'working', detail: count })
  }
}

/** chokidar's raw notice: a name, and the folder it lies in (or the file itself, where that is what is watched). */
function placeOf(name: unknown, details: unknown): string | null {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return null
  const { watchedPath } = details
  if (typeof watchedPath !== 'string') return null
  return typeof name === 'string' && name !== '' ? join(watchedPath, name) : watchedPath
}

function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(place.endsWith(sep) ? place : place + sep)
}

async function isProgramOrGone(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    return !found.isFile() || (found.mode & 0o111) !== 0
  } catch {
    return true // gone: it may have been one
  }
}
