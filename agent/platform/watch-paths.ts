import { lstat } from 'node:fs/promises'
import { sep } from 'node:path'
import { type PathWatch, platformLimits, type Stoppable } from './platform.ts'
import { WatchedFolders } from './watched-folders.ts'

/** One place to watch: `pattern` as it was asked for, `onlyPrograms` where people's own files would tell too often. */
export type WatchedPlace = Readonly<{ path: string; pattern: string; onlyPrograms: boolean }>
export type ExpandPaths = (patterns: readonly string[]) => readonly WatchedPlace[]

/** New homes and new matches of a pattern are looked for this often. */
const expandAgainMs = 300_000

/** Watches folders, not files: the kernel tells of every name in a watched folder, and memory goes by folders alone. */
export function watchPlaces(watch: PathWatch, expand: ExpandPaths): Stoppable {
  const running = new Watch(watch, expand)
  running.start()
  return { stop: () => running.stop() }
}

class Watch {
  readonly #watch: PathWatch
  readonly #expand: ExpandPaths
  readonly #places = new Map<string, WatchedPlace[]>()
  readonly #folders: WatchedFolders
  #timer: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(watch: PathWatch, expand: ExpandPaths) {
    this.#watch = watch
    this.#expand = expand
    this.#folders = new WatchedFolders({
      maxEntries: platformLimits.maxWatchedEntries,
      maxDepth: platformLimits.maxWatchDepth,
      onChange: (path) => void this.#note(path),
      onState: () => this.#tellState(),
    })
  }

  start(): void {
    this.#addPlaces()
    this.#timer = setInterval(() => this.#addPlaces(), expandAgainMs).unref()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#folders.stop()
  }

  #addPlaces(): void {
    for (const place of this.#expand(this.#watch.paths)) {
      if (!this.#isKnown(place)) this.#places.set(place.path, [...(this.#places.get(place.path) ?? []), place])
    }
    this.#folders.add([...this.#places.keys()])
  }

  #isKnown({ path, pattern }: WatchedPlace): boolean {
    return this.#places.get(path)?.some((place) => place.pattern === pattern) === true
  }

  async #note(path: string): Promise<void> {
    if (this.#isStopped) return
    const concerned = [...this.#places.values()].flat().filter((place) => isBelow(path, place.path))
    if (concerned.length === 0) return
    const isProgram = concerned.some(({ onlyPrograms }) => onlyPrograms) ? await isProgramOrGone(path) : true
    for (const { pattern, onlyPrograms } of concerned) if (isProgram || !onlyPrograms) this.#watch.onChange(pattern)
  }

  #tellState(): void {
    if (this.#isStopped) return
    const { maxWatchedEntries } = platformLimits
    const { failure, isFull } = this.#folders
    const count = `${this.#folders.count} folders and files watched`
    if (failure !== null) this.#watch.onState({ state: 'degraded', detail: `${count}; ${failure}` })
    else if (isFull)
      this.#watch.onState({
        state: 'degraded',
        detail: `no more than ${maxWatchedEntries} folders are watched: what changes in the others is found by the next round`,
      })
    else this.#watch.onState({ state: 'working', detail: count })
  }
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
