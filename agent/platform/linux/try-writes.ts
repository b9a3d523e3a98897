import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../errno.ts'
import type { WriteTrial } from '../prober.ts'
import { readMounts } from './mounts.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute } from './sysfs.ts'

/** What a system answers that lets nobody write: open(2), mount(2). */
const refusals: readonly string[] = ['EROFS', 'EPERM', 'EACCES']

/** Tries each node (`sdb1`) as a device, and every folder that it is mounted at. */
export function tryWrites(roots: LinuxRoots, nodes: readonly string[]): readonly WriteTrial[] {
  const mounts = readMounts(roots)
  return nodes.flatMap((node) => {
    const number = readAttribute(join(roots.sys, 'class/block', node, 'dev'))
    const points = mounts.filter((mount) => mount.number === number && number !== null).map(({ point }) => point)
    return [...[...new Set(points)].map(tryMount), tryDevice(`/dev/${node}`)]
  })
}

/** A new, empty file in the root of the file system, taken away at once should it have come into being. */
export function tryMount(point: string): WriteTrial {
  const path = join(point, `.tanmori-trial-${randomBytes(6).toString('hex')}`)
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    return judge('mount', point, error)
  }
  rmSync(path, { force: true })
  return { way: 'mount', target: point, state: 'got-through', detail: 'a file could be made; it was taken away again' }
}

/**
 * The kernel lets some drivers' read-only devices be opened for writing and refuses the write itself (block/fops.c,
 * `blkdev_write_iter`, which looks before it counts): so nothing, in its length, is written.
 */
export function tryDevice(path: string): WriteTrial {
  let fd: number
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    return judge('device', path, error)
  }
  try {
    writeSync(fd, Buffer.alloc(0))
    return { way: 'device', target: path, state: 'got-through', detail: 'it opened for writing (no byte was written)' }
  } catch (error) {
    return judge('device', path, error)
  } finally {
    closeSync(fd)
  }
}

function judge(way: WriteTrial['way'], target: string, error: unknown): WriteTrial {
  const code = errnoOf(error)
  return { way, target, state: refusals.includes(code) ? 'refused' : 'unknown', detail: code }
}
