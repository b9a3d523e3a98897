import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { basename, dirname } from 'node:path/win32'
import { type PathWatch, platformLimits, type Stoppable } from '../platform.ts'
import { type ExpandedPath, expandPath, type FolderView } from './expand-paths.ts'
import { isProgram } from './program-names.ts'

/** New people, new matches of a pattern and what was not there yet are looked for this often. */
const expandAgainMs = 300_000

export type PathWatchDeps = Readonly<{
  view: FolderView
  /** Watches one key with all below it; null where it is not there. @throws where it cannot be watched */
  watchKey(path: string, onChange: () => void): Stoppable | null
}>

/**
 * Windows tells of a whole tree by one handle (ReadDirectoryChangesW), so a folder costs no more than a file. A file, and
 * what is not there yet, is told of by the folder that it lies in; a key (`HKLM\…`) by the registry.
 */
export function watchPaths(watch: PathWatch, deps: PathWatchDeps): Stoppable {
  const running = new Watch(watch, deps)
  running.look()
  return { stop: () => running.stop() }
}

class Watch {
  readonly #watch: PathWatch
  readonly #deps: PathWatchDeps
  readonly #open = new Map<string, Stoppable>()
  readonly #timer: NodeJS.Timeout
  #failures: readonly string[] = []

  constructor(watch: PathWatch, deps: PathWatchDeps) {
    this.#watch = watch
    this.#deps = deps
    this.#timer = setInterval(() => this.look(), expandAgainMs).unref()
  }

  look(): void {
    this.#failures = []
    for (const pattern of this.#watch.paths) {
      if (isKey(pattern)) this.#openOnce(`key ${pattern}`, () => this.#openKey(pattern))
      else for (const place of expandPath(this.#deps.view, pattern)) this.#openPlace(place)
    }
    const count = `${this.#open.size} folders and keys watched`
    const isWhole = this.#failures.length === 0
    const detail = isWhole ? count : `${count}; not watched: ${this.#failures.slice(0, 3).join('; ')}`
    this.#watch.onState({ state: isWhole ? 'working' : 'degraded', detail: detail.slice(0, 300) })
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const one of this.#open.values()) one.stop()
    this.#open.clear()
  }

  #openPlace(place: ExpandedPath): void {
    const { path, pattern, kind } = place
    if (kind === 'folder') {
      const name = `tree ${path} ${pattern}`
      const isTold = (changed: string | null) => !place.onlyPrograms || changed === null || isProgram(changed)
      this.#openOnce(name, () => this.#openFolder({ name, folder: path, recursive: true, pattern, isTold }))
      return
    }
    const name = `file ${path} ${pattern}`
    const wanted = basename(path).toLowerCase()
    const isTold = (changed: string | null) => changed === null || changed.toLowerCase() === wanted
    this.#openOnce(name, () => this.#openFolder({ name, folder: dirname(path), recursive: false, pattern, isTold }))
  }

  #openFolder({ name, folder, recursive, pattern, isTold }: FolderWatch): Stoppable | null {
    if (this.#deps.view.kindOf(folder) !== 'folder') return null
    const watcher: FSWatcher = watchFolder(folder, { recursive, persistent: false }, (_event, changed) => {
      if (isTold(changed)) this.#watch.onChange(pattern)
    })
    watcher.on('error', () => {
      // The folder went away: it is looked for again.
      watcher.close()
      this.#open.delete(name)
      this.#watch.onChange(pattern)
    })
    return { stop: () => watcher.close() }
  }

  #openKey(path: string): Stoppable | null {
    return this.#deps.watchKey(path, () => this.#watch.onChange(path))
  }

  #openOnce(name: string, open: () => Stoppable | null): void {
    if (this.#open.has(name)) return
    if (this.#open.size >= platformLimits.maxWatchedEntries) {
      this.#failures = [...this.#failures, `more than ${platformLimits.maxWatchedEntries}`]
      return
    }
    try {
      const opened = open()
      if (opened !== null) this.#open.set(name, opened)
    } catch (error) {
      this.#failures = [...this.#failures, `${name}: ${error instanceof Error ? error.message : String(error)}`]
    }
  }
}

type FolderWatch = Readonly<{
  name: string
  folder: string
  recursive: boolean
  pattern: string
  /** Null: more happened at once than Windows could note. */
  isTold(changed: string | null): boolean
}>

function isKey(path: string): boolean {
  return /^(HKLM|HKU)\\/.test(path)
}
