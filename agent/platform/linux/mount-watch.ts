import { join } from 'node:path'
import { inotifyBits as bits, type Inotify, type InotifyEvent, openInotify } from './inotify.ts'
import { type FileState, readFileState, readTree, type Tree } from './mount-tree.ts'

export type MountWatchDeps = Readonly<{
  point: string
  /** Files changed after this were changed while nobody watched. */
  sinceMs: number
  onWritten(path: string): void
  onRead(path: string): void
  onState(state: 'working' | 'degraded' | 'failed', detail: string): void
}>

const mask =
  bits.access | bits.closeWrite | bits.closeNoWrite | bits.movedTo | bits.create | bits.onlyFolders | bits.dontFollow

/** Tells of every file below one mount point that is written or read, until `stop`. */
export class MountWatch {
  readonly #deps: MountWatchDeps
  readonly #folders = new Map<number, string>()
  readonly #known = new Map<string, FileState>()
  readonly #accessed = new Set<string>()
  readonly #ignored = new Set<string>()
  #inotify: Inotify | null = null
  #isStopped = false

  constructor(deps: MountWatchDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    try {
      this.#inotify = openInotify(
        (events) => this.#take(events),
        (reason) => this.#deps.onState('failed', reason),
      )
    } catch (error) {
      this.#deps.onState('failed', error instanceof Error ? error.message : String(error))
      return
    }
    const tree = await this.#watchTree(this.#deps.point)
    for (const [path, state] of tree.files) {
      if (this.#known.has(path)) continue // written meanwhile, and told
      if (state.mtimeMs >= this.#deps.sinceMs) this.#deps.onWritten(path)
      this.#known.set(path, state)
    }
    if (tree.isComplete) this.#deps.onState('working', this.#deps.point)
    else this.#deps.onState('degraded', `${this.#deps.point}: more folders or files than are watched`)
  }

  stop(): void {
    this.#isStopped = true
    this.#inotify?.close()
  }

  /** The agent's own reading of a file must not pass for somebody's. */
  async withoutReads<T>(path: string, read: () => Promise<T>, settleMs = 1_000): Promise<T> {
    this.#ignored.add(path)
    try {
      return await read()
    } finally {
      setTimeout(() => this.#ignored.delete(path), settleMs).unref()
    }
  }

  /** Each folder is watched before it is read: what was written before is in the tree, what comes later is told by the watch. */
  #watchTree(root: string): Promise<Tree> {
    return readTree(root, (folder) => {
      if (this.#isStopped) return
      const watch = this.#inotify?.add(folder, mask) ?? null
      if (watch !== null) this.#folders.set(watch, folder)
    })
  }

  #take(events: readonly InotifyEvent[]): void {
    for (const event of events) {
      if ((event.mask & bits.overflow) !== 0) void this.#compare()
      const folder = this.#folders.get(event.watch)
      if ((event.mask & bits.ignored) !== 0) this.#folders.delete(event.watch)
      if (folder === undefined || event.name === '') continue
      this.#takeOne(join(folder, event.name), event.mask)
    }
  }

  #takeOne(path: string, events: number): void {
    const has = (bit: number) => (events & bit) !== 0
    if (has(bits.isFolder)) {
      if (has(bits.create) || has(bits.movedTo)) void this.#takeFolder(path)
      return
    }
    if (has(bits.closeWrite) || has(bits.movedTo)) void this.#takeWritten(path)
    if (this.#ignored.has(path)) return
    if (has(bits.access)) this.#accessed.add(path)
    // Opened and closed without a read is a listing or a preview's look, not a reading.
    if (has(bits.closeNoWrite) && this.#accessed.delete(path)) this.#deps.onRead(path)
  }

  /** Whatever is in a new folder came with it, or before it could be watched. */
  async #takeFolder(folder: string): Promise<void> {
    const tree = await this.#watchTree(folder)
    for (const path of tree.files.keys()) await this.#takeWritten(path)
  }

  async #takeWritten(path: string): Promise<void> {
    const state = await readFileState(path)
    const known = this.#known.get(path)
    if (state !== null) this.#known.set(path, state)
    const isSame = state !== null && known?.size === state.size && known.mtimeMs === state.mtimeMs
    if (!isSame) this.#deps.onWritten(path)
  }

  /** The queue ran over: what it lost is found by comparing. */
  async #compare(): Promise<void> {
    this.#deps.onState('degraded', `${this.#deps.point}: events were lost; compared instead, reads are missing`)
    const tree = await this.#watchTree(this.#deps.point)
    for (const path of tree.files.keys()) await this.#takeWritten(path)
  }
}
