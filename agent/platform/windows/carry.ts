import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { FileWatch, Stoppable } from '../platform.ts'
import { type AuditedAccess, findOnVolume } from './audit-event.ts'
import { type FileDigest, readFileDigest } from './file-digest.ts'
import { listNewFiles } from './new-files.ts'
import type { RemovableAudit } from './win32/removable-audit.ts'

export type CarryDeps = Readonly<{
  now(): Date
  /** Who sits at the terminal; '' for nobody. */
  readUser(): Promise<string>
  /** Windows' own audit of what is read; null where there is none. */
  audit: RemovableAudit | null
}>

export const carryLimits = { maxHashBytesOut: 4 * 2 ** 30, maxHashBytesIn: 256 * 2 ** 20, maxQueue: 20_000 } as const
const pollMs = 1_000
/** A file that is still being written is looked at again when it was quiet for this long. */
const quietMs = 700
/** FAT keeps the time of making in steps of ten milliseconds, of changing in steps of two seconds. */
const timeStepMs = 2_000

type Mount = { readonly root: string; readonly sinceMs: number; watcher: FSWatcher | null }
/** `user`: whom the audit names; '' for whoever sits at the terminal. */
type Waiting = Readonly<{ direction: 'out' | 'in'; mount: Mount; path: string; dueMs: number; user: string }>

/**
 * Watches every mounted volume of the given nodes by Windows' own change notices (`fs.watch` is ReadDirectoryChangesW)
 * and tells of each file that was written, with its digest, one at a time. Reading makes no such notice: that is told
 * by Windows' audit of removable storage (event 4663), which is on while a medium is in use.
 */
export function watchCarriedFiles(deps: CarryDeps, watch: FileWatch): Stoppable {
  const mounts = new Map<string, Mount>()
  const queue = new Map<string, Waiting>()
  const told = new Map<string, string>()
  let isWorking = false
  let isStopped = false
  let state = ''
  let auditing: Stoppable | null = null
  let auditFailure = deps.audit === null ? 'files that are read are not told: this system has no audit' : ''
  const timer = setInterval(look, pollMs)
  timer.unref()
  tell('off', 'no medium is in use')

  function look(): void {
    const roots = new Set(watch.nodes().filter(isMounted))
    for (const [root, mount] of mounts) if (!roots.has(root)) end(root, mount)
    for (const root of roots) if (!mounts.has(root)) begin(root)
    audit(mounts.size > 0)
    if (mounts.size === 0) tell('off', 'no medium is in use')
    void work()
  }

  function begin(root: string): void {
    const mount: Mount = { root, sinceMs: deps.now().getTime() - pollMs - timeStepMs, watcher: null }
    mounts.set(root, mount)
    try {
      mount.watcher = watchFolder(root, { recursive: true }, (_, name) => {
        if (name === null) void sweep(mount, 'more changes at once than Windows kept')
        else enqueue(mount, join(root, name))
      })
      mount.watcher.on('error', (error) => lost(mount, error.message))
    } catch (error) {
      lost(mount, error instanceof Error ? error.message : String(error))
    }
    void sweep(mount, null)
  }

  function audit(isWanted: boolean): void {
    if (!isWanted) {
      auditing?.stop()
      auditing = null
      return
    }
    if (auditing === null && deps.audit !== null) {
      try {
        auditing = deps.audit.open(noteRead)
        auditFailure = ''
      } catch (error) {
        auditFailure = `files that are read are not told: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    if (auditFailure === '') tell('working', `${mounts.size} volumes`)
    else tell('degraded', `${mounts.size} volumes; ${auditFailure}`)
  }

  function noteRead({ object, user, processId, isRead }: AuditedAccess): void {
    if (!isRead || processId === process.pid || deps.audit === null) return
    const devices = new Map([...mounts.keys()].map((root) => [root, deps.audit?.deviceOf(root) ?? ''] as const))
    const found = findOnVolume(object, devices)
    const mount = found === null ? undefined : mounts.get(found.root)
    if (found !== null && mount !== undefined) enqueue(mount, found.path, 'in', user)
  }

  function lost(mount: Mount, why: string): void {
    mount.watcher?.close()
    mount.watcher = null
    if (mounts.get(mount.root) !== mount) return
    mounts.delete(mount.root) // the next look begins anew where the volume is still there
    tell('degraded', `${mount.root}: ${why}`)
  }

  function end(root: string, mount: Mount): void {
    mount.watcher?.close()
    mounts.delete(root)
    for (const name of told.keys()) if (name.startsWith(root)) told.delete(name)
  }

  /** What was made before it was watched, or while more came than was told. */
  async function sweep(mount: Mount, why: string | null): Promise<void> {
    if (why !== null) tell('degraded', `${mount.root}: ${why}`)
    for (const path of await listNewFiles(mount.root, mount.sinceMs)) enqueue(mount, path)
  }

  function enqueue(mount: Mount, path: string, direction: 'out' | 'in' = 'out', user = ''): void {
    const name = `${direction} ${path}`
    if (queue.size >= carryLimits.maxQueue && !queue.has(name)) {
      tell('degraded', 'too many files at once to tell of them all')
      return
    }
    queue.set(name, { direction, mount, path, dueMs: deps.now().getTime() + quietMs, user })
  }

  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    try {
      for (const [name, waiting] of queue) {
        if (isStopped) return
        if (waiting.dueMs > deps.now().getTime()) continue
        queue.delete(name)
        await tellFile(waiting)
      }
    } finally {
      isWorking = false
    }
  }

  async function tellFile({ direction, mount, path, user }: Waiting): Promise<void> {
    const found = await stat(path).catch(() => null) // taken away again, or the medium is gone
    if (found === null || !found.isFile()) return
    const digest = await readFileDigest(
      path,
      direction === 'out' ? carryLimits.maxHashBytesOut : carryLimits.maxHashBytesIn,
    )
    const mark = markOf(digest, found.mtimeMs)
    const name = `${path} ${direction}`
    // Whoever wrote a file is not told to have read it as well.
    if (told.get(name) === mark || (direction === 'in' && told.get(`${path} out`) === mark)) return
    if (told.size >= carryLimits.maxQueue) told.clear()
    told.set(name, mark)
    const person = user === '' ? await deps.readUser().catch(() => '') : user
    watch.onFile({
      direction,
      node: mount.root,
      path: `\\${relative(mount.root, path)}`,
      size: digest.size,
      sha256: digest.sha256,
      user: person === '' ? 'nobody signed in' : person,
      note: digest.note,
    })
  }

  function tell(now: 'working' | 'degraded' | 'failed' | 'off', detail: string): void {
    if (state === `${now} ${detail}` || isStopped) return
    state = `${now} ${detail}`
    watch.onState({ state: now, detail })
  }

  return {
    stop() {
      isStopped = true
      clearInterval(timer)
      auditing?.stop()
      for (const [root, mount] of mounts) end(root, mount)
    },
  }
}

/** A drive letter, a folder or a volume's own name; not a disk that has none. */
function isMounted(node: string): boolean {
  return /^[A-Z]:\\/i.test(node) || node.startsWith('\\\\?\\Volume{')
}

function markOf({ size, sha256 }: FileDigest, mtimeMs: number): string {
  return `${sha256 ?? mtimeMs} ${size}`
}
