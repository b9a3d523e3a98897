import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { listEntries } from './sysfs.ts'

const towardsBlock = /^(host\d+|target[\d:]+|\d+:\d+:\d+:\d+|mmc_host|mmc\d+(:[0-9a-f]{4})?)$/
const maxDepth = 6

/** Block nodes below one sysfs folder, whatever lies between: `sda` of `1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda`. */
export function listBlockNodes(path: string, depth = maxDepth): readonly string[] {
  if (depth === 0) return []
  const names = listFolders(path)
  if (names.includes('block')) return listEntries(join(path, 'block'))
  return names.filter((name) => towardsBlock.test(name)).flatMap((name) => listBlockNodes(join(path, name), depth - 1))
}

/** The node and its partitions. */
export function withPartitions(sys: string, node: string): readonly string[] {
  const partitions = listFolders(join(sys, 'class/block', node)).filter((name) => name.startsWith(node))
  return [node, ...partitions]
}

function listFolders(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return [] // gone, or a driver that is being taken off
  }
}
