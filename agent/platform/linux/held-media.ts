import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { TanmoriError } from '../../../src/errors.ts'
import type { Device } from '../../../src/policy/device.ts'
import type { HeldDisk, HeldMedia, HeldVolume } from '../platform.ts'
import { listBlockNodes, withPartitions } from './block-nodes.ts'
import { functionPath, isFunctionKey } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute, readSmallFile, writeAttribute } from './sysfs.ts'

const maxRecordBytes = 65_536
const pollMs = 100
/** A medium whose file system is being read does not answer for a while. */
const unmountMs = 20_000
/** How long udev may take to work off a change; what it has not done by then it does later. */
const clearMs = 3_000

/**
 * Media that `72-tanmori.rules` keeps for root until they are cleared. The agent may not mount: it asks
 * `tanmori-media.service` by a file in /run/tanmori/media-wanted, and the mounts appear below /run/tanmori/media.
 */
export function createHeldMedia(roots: LinuxRoots): HeldMedia {
  const run = join(roots.run, 'tanmori')
  return {
    observe: async (device, key) => observeDisks(roots, device, key),
    async mount(key, timeoutMs) {
      const [, ...lines] = await ask(run, key, 'mount', timeoutMs)
      return lines.map((line) => parseVolume(line, join(run, 'media', key)))
    },
    async unmount(key) {
      if (existsSync(join(run, 'media', key))) await ask(run, key, 'umount', unmountMs)
    },
    async clear(disks) {
      for (const { id } of disks) if (id !== null) markClean(run, id)
      // udev gives the nodes to their user by the rules, now that the mark is there.
      const nodes = disks.flatMap(({ name }) => withPartitions(roots.sys, name))
      for (const node of nodes) writeAttribute(join(roots.sys, 'class/block', node, 'uevent'), 'change')
      for (let waitedMs = 0; waitedMs < clearMs && nodes.some((node) => isNodeHeld(roots, node)); waitedMs += pollMs) {
        await pause(pollMs)
      }
    },
  }
}

function observeDisks(roots: LinuxRoots, device: Device, key: string): readonly HeldDisk[] {
  if (!isFunctionKey(key)) return []
  return listBlockNodes(functionPath(roots, device, key)).map((name) => {
    const folder = join(roots.sys, 'class/block', name)
    const id = readAttribute(join(folder, 'diskseq'))
    const record = readRecord(roots, name)
    const isSizeless = (readAttribute(join(folder, 'size')) ?? '0') === '0'
    // A drive keeps the size of its last disc; udev asks the drive itself (60-cdrom_id.rules).
    const hasNoDisc = name.startsWith('sr') && record !== null && !/^E:ID_CDROM_MEDIA=1$/m.test(record)
    return {
      name,
      id: id !== null && /^\d+$/.test(id) ? id : null,
      isHeld: withPartitions(roots.sys, name).every((node) => isNodeHeld(roots, node)),
      isCleared: id !== null && existsSync(join(roots.run, 'tanmori/clean', id)),
      isEmpty: isSizeless || hasNoDisc,
    }
  })
}

/** As udev left it. A node that udev never saw is root's alone: devtmpfs makes it 0600. */
function isNodeHeld(roots: LinuxRoots, node: string): boolean {
  const record = readRecord(roots, node)
  return record === null || /^E:TANMORI_SCAN=1$/m.test(record)
}

function readRecord(roots: LinuxRoots, node: string): string | null {
  const number = readAttribute(join(roots.sys, 'class/block', node, 'dev'))
  if (number === null || !/^\d+:\d+$/.test(number)) return null
  return readSmallFile(join(roots.run, 'udev/data', `b${number}`), maxRecordBytes)
}

function markClean(run: string, id: string): void {
  mkdirSync(join(run, 'clean'), { recursive: true, mode: 0o755 })
  writeFileSync(join(run, 'clean', id), '', { mode: 0o644 })
}

/** The lines of the answer; the first is the number that was asked with. */
async function ask(run: string, key: string, act: 'mount' | 'umount', timeoutMs: number): Promise<readonly string[]> {
  if (!isFunctionKey(key)) throw new TanmoriError('platform.failed', `not a function's name: ${key}`)
  const nonce = randomBytes(8).toString('hex')
  const answer = join(run, 'media-told', key)
  mkdirSync(join(run, 'media-wanted'), { recursive: true, mode: 0o700 })
  const waiting = join(run, `media-wanted-${nonce}.new`)
  writeFileSync(waiting, `${act} ${nonce}\n`, { mode: 0o600 })
  renameSync(waiting, join(run, 'media-wanted', key))
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pollMs) {
    const lines = (readSmallFile(answer, maxRecordBytes) ?? '').trimEnd().split('\n')
    if (lines[0] === nonce) return lines
    await pause(pollMs)
  }
  rmSync(join(run, 'media-wanted', key), { force: true })
  throw new TanmoriError('platform.failed', `${key}: nobody answered "${act}" (is tanmori-media.path running?)`)
}

const volumeStates = ['mounted', 'blank', 'encrypted', 'unsupported'] as const

function parseVolume(line: string, folder: string): HeldVolume {
  const [node = '', told = '', type = ''] = line.split(' ')
  const state = volumeStates.find((one) => one === told) ?? 'unreadable'
  const isName = /^[a-z0-9]{1,32}$/.test(node)
  return {
    node,
    type,
    state: isName ? state : 'unreadable',
    point: isName && state === 'mounted' ? join(folder, node) : '',
  }
}
