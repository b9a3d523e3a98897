/** One present device as Windows describes it; `win32/device-tree.ts` reads it, tests write it. */
export type DeviceNode = Readonly<{
  instanceId: string
  parentId: string | null
  hardwareIds: readonly string[]
  compatibleIds: readonly string[]
  /** Lower case, with braces. */
  setupClass: string | null
  service: string | null
  manufacturer: string
  /** The driver's name for it, or the user's. */
  name: string
  /** What the device calls itself. */
  reportedName: string
  containerId: string | null
  /** CM_REMOVAL_POLICY (cfgmgr32.h): 1 expect none, 2 orderly, 3 surprise. */
  removalPolicy: number | null
  isStarted: boolean
  /** CM_PROB (cfg.h); 0: none. */
  problem: number
  /** Differs for every arrival; '' where Windows does not say. */
  arrivedAt: string
}>

/** A volume with the disks that it lies on. */
export type Volume = Readonly<{
  /** `\\?\Volume{…}\` */
  name: string
  /** `E:\`, folders; none where it is not mounted. */
  points: readonly string[]
  disks: readonly string[]
  /** As blkid writes it: `1A2B-3C4D` of FAT and exFAT, sixteen digits of NTFS; null where it cannot be read. */
  serial: string | null
  /** The disk says that it cannot be written; null: it does not say. */
  isWriteProtected: boolean | null
}>

/** What there is now. `diskOf` names the disk of a devnode as `Volume.disks` does: `disk 1`. */
export type DeviceState = Readonly<{
  nodes: readonly DeviceNode[]
  volumes: readonly Volume[]
  diskOf: ReadonlyMap<string, string>
  /** Disks that the system runs from. */
  systemDisks: readonly string[]
}>

export const problems = { none: 0, failedInstall: 28, disabled: 22, disabledService: 32, heldForEject: 47 } as const

export function findNode(nodes: readonly DeviceNode[], id: string): DeviceNode | undefined {
  const wanted = id.toUpperCase()
  return nodes.find((node) => node.instanceId.toUpperCase() === wanted)
}

/** All that hangs below it, at any depth. */
export function descendantsOf(nodes: readonly DeviceNode[], id: string): readonly DeviceNode[] {
  const found: DeviceNode[] = []
  const parents = [id.toUpperCase()]
  for (let parent = parents.shift(); parent !== undefined && found.length < nodes.length; parent = parents.shift()) {
    for (const node of nodes) {
      if (node.parentId?.toUpperCase() !== parent || found.includes(node)) continue
      found.push(node)
      parents.push(node.instanceId.toUpperCase())
    }
  }
  return found
}

export function ancestorsOf(nodes: readonly DeviceNode[], id: string): readonly DeviceNode[] {
  const found: DeviceNode[] = []
  for (let node = findNode(nodes, id); node?.parentId != null; ) {
    node = findNode(nodes, node.parentId)
    if (node === undefined || found.includes(node)) break
    found.push(node)
  }
  return found
}
