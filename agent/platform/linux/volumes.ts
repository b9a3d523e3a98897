import { join } from 'node:path'
import { listBlockNodes, withPartitions } from './block-nodes.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute, readSmallFile } from './sysfs.ts'

const maxUdevRecordBytes = 65_536
const maxVolumes = 64

/** File-system UUIDs as udev read them; no `volumes` at all while none of the nodes has been read by udev. */
export function readVolumes(roots: LinuxRoots, paths: readonly string[]): { volumes?: string[] } {
  const nodes = paths.flatMap((path) => listBlockNodes(path)).flatMap((node) => withPartitions(roots.sys, node))
  const records = nodes.flatMap((node) => readUdevRecord(roots, node))
  if (records.length === 0) return {}
  const volumes = records.flatMap((record) => /^E:ID_FS_UUID=(.+)$/m.exec(record)?.[1]?.slice(0, 128) ?? [])
  return { volumes: volumes.slice(0, maxVolumes) }
}

/** udev's own file per block device (`systemd` src/libsystemd/sd-device: `/run/udev/data/bMAJOR:MINOR`). */
function readUdevRecord(roots: LinuxRoots, node: string): readonly string[] {
  const number = readAttribute(join(roots.sys, 'class/block', node, 'dev'))
  if (number === null || !/^\d+:\d+$/.test(number)) return []
  const record = readSmallFile(join(roots.run, 'udev/data', `b${number}`), maxUdevRecordBytes)
  return record === null ? [] : [record]
}
