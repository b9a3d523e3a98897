import { readlinkSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { FileWatch, Stoppable } from '../platform.ts'
import { type Digest, readDigest } from './file-digest.ts'
import { MountWatch } from './mount-watch.ts'
import { type Mount, readMounts } from './mounts.ts'
import type { LinuxRoots } from './roots.ts'
import { readSessions } from './sessions.ts'
import { readSmallFile } from './sysfs.ts'

export type CarryWatchDeps = Readonly<{ roots: LinuxRoots; now(): Date }>

export const carryLimits = { maxHashBytesOut: 4 * 2 ** 30, maxHashBytesIn: 256 * 2 ** 20, maxQueue: 20_000 } as const
const pollMs = 1_000
/** FAT keeps the time of the last change in steps of two seconds. */
const timeStepMs = 2_000
const maxPasswdBytes = 1_048_576

const tooMany: Digest = { size: 0, uid: -1, sha256: null, note: 'too many files at once to read them all' }

type Waiting = Readonly<{ direction: 'out' | 'in'; path: string; watch: MountWatch; node: string; point: string }>

/**
 * Watches the file systems of the given nodes from their mounting on, and tells of each file with its digest, one at a
 * time. inotify names no person: the owner of the file does, which on FAT is whoever mounted it; otherwise whoever is
 * signed in.
 */
export function watchCarriedFiles(deps: CarryWatchDeps, watch: FileWatch): Stoppable {
  const watches = new Map<string, MountWatch>()
  const queue = new Map<string, Waiting>()
  const toldReads = new Set<string>()
  let isWorking = false
  let state = ''
  let lookedAtMs = deps.now().getTime()

  const timer = setInterval(look, pollMs)
  timer.unref()
  tell('off', 'no medium is in use')

  function look(): void {
    const nowMs = deps.now().getTime()
    // What is mounted now and was not then; a look may come late, and a clock may go back.
    const sinceMs = Math.min(lookedAtMs, nowMs - pollMs)
    lookedAtMs = nowMs
    const nodes = new Set(watch.nodes())
    const mounts =
      nodes.size === 0 ? [] : readMounts(deps.roots).filter((mount) => nodes.has(nodeOf(deps.roots, mount)))
    const there = new Set(mounts.map(keyOf))
    for (const [key, one] of watches) {
      if (there.has(key)) continue
      one.stop()
      watches.delete(key)
    }
    for (const mount of mounts) if (!watches.has(keyOf(mount))) begin(mount, sinceMs)
    if (watches.size === 0) tell('off', 'no medium is in use')
  }

  function begin(mount: Mount, sinceMs: number): void {
    const node = nodeOf(deps.roots, mount)
    const enqueue = (direction: 'out' | 'in', path: string) => {
      const name = `${direction} ${path}`
      if (queue.has(name) || queue.size < carryLimits.maxQueue) {
        queue.set(name, { direction, path, watch: one, node, point: mount.point })
        void work()
      } else if (direction === 'out') {
        report({ direction, path, watch: one, node, point: mount.point }, tooMany)
      }
    }
    const one: MountWatch = new MountWatch({
      point: mount.point,
      sinceMs: sinceMs - timeStepMs,
      onWritten: (path) => enqueue('out', path),
      onRead: (path) => enqueue('in', path),
      onState: tell,
    })
    watches.set(keyOf(mount), one)
    void one.start()
  }

  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    try {
      for (const [name, waiting] of queue) {
        queue.delete(name)
        await tellFile(waiting)
      }
    } finally {
      isWorking = false
    }
  }

  async function tellFile(waiting: Waiting): Promise<void> {
    const { direction, path, watch: source } = waiting
    const maxBytes = direction === 'out' ? carryLimits.maxHashBytesOut : carryLimits.maxHashBytesIn
    report(waiting, await source.withoutReads(path, () => readDigest(path, maxBytes)))
  }

  function report({ direction, path, node, point }: Waiting, { size, uid, sha256, note }: Digest): void {
    const once = `${node} ${path} ${sha256 ?? size}`
    if (direction === 'in' && toldReads.has(once)) return
    if (toldReads.size > carryLimits.maxQueue) toldReads.clear()
    if (direction === 'in') toldReads.add(once)
    const user = nameUser(deps.roots, direction === 'out' ? uid : -1)
    watch.onFile({ direction, node, path: `/${relative(point, path)}`, size, sha256, user, note })
  }

  function tell(now: 'working' | 'degraded' | 'failed' | 'off', detail: string): void {
    if (state === `${now} ${detail}`) return
    state = `${now} ${detail}`
    watch.onState({ state: now, detail })
  }

  return {
    stop() {
      clearInterval(timer)
      for (const one of watches.values()) one.stop()
    },
  }
}

function keyOf(mount: Mount): string {
  return `${mount.number} ${mount.point}`
}

function nodeOf(roots: LinuxRoots, mount: Mount): string {
  try {
    return basename(readlinkSync(join(roots.sys, 'dev/block', mount.number)))
  } catch {
    return '' // no block device: a network or memory file system
  }
}

/** The sign-in name for a user id; for root and strangers, everyone who is signed in. */
function nameUser(roots: LinuxRoots, uid: number): string {
  const sessions = readSessions(roots)
  const session = sessions.find((one) => one.uid === uid)
  if (session !== undefined) return session.user
  const passwd = readSmallFile(join(roots.etc, 'passwd'), maxPasswdBytes) ?? ''
  const name =
    uid > 0
      ? passwd
          .split('\n')
          .find((line) => line.split(':')[2] === String(uid))
          ?.split(':')[0]
      : undefined
  if (name !== undefined) return name
  const signedIn = [...new Set(sessions.map((one) => one.user))].join(', ')
  return signedIn === '' ? 'nobody signed in' : signedIn
}
