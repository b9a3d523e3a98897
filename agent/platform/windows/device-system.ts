import type { DeviceNode, DeviceState, Volume } from './device-node.ts'
import type { DeviceStep } from './device-steps.ts'
import { openingSteps } from './device-steps.ts'
import type { DeviceInterface } from './win32/device-tree.ts'
import type { Storage } from './win32/storage.ts'

/** The devices of this machine; a table in memory fills it in tests. */
export type DeviceSystem = Readonly<{
  read(): Promise<DeviceState>
  /** Makes Windows run it. Throws `platform.failed`. */
  start(instanceId: string): Promise<void>
  /** Makes Windows stop it until it is started, or the machine is. Throws `platform.failed`. */
  stop(instanceId: string): Promise<void>
  /** Takes a volume away from whoever uses it; what waits is written first. */
  dismount(volume: string): Promise<boolean>
}>

export type DeviceSystemDeps = Readonly<{
  storage: Storage
  readNodes(): readonly DeviceNode[]
  readInterfaces(): readonly DeviceInterface[]
  runStep(instanceId: string, step: DeviceStep): Promise<void>
  /** Volumes that the system lives on: `\\.\C:`. */
  systemVolumes: readonly string[]
}>

export function createDeviceSystem(deps: DeviceSystemDeps): DeviceSystem {
  const { storage, runStep } = deps
  let systemDisks: readonly string[] | null = null

  async function readSystemDisks(): Promise<readonly string[]> {
    const found = await Promise.all(deps.systemVolumes.map((path) => storage.readDisks(path)))
    return [...new Set(found.flat())]
  }

  return {
    async read() {
      systemDisks ??= await readSystemDisks()
      const nodes = deps.readNodes()
      const named = await Promise.all(
        deps.readInterfaces().map(async ({ instanceId, path }) => {
          const disk = await storage.readDisk(path)
          return disk === null ? [] : [[instanceId.toUpperCase(), disk] as const]
        }),
      )
      const diskOf = new Map(named.flat())
      const foreign = new Set([...diskOf.values()].filter((disk) => systemDisks?.includes(disk) !== true))
      // The system's own volumes are nobody's business, and reading them costs.
      const volumes = foreign.size === 0 ? [] : await readVolumes(storage, foreign)
      return { nodes, volumes, diskOf, systemDisks }
    },

    async start(instanceId) {
      const node = deps.readNodes().find((one) => one.instanceId.toUpperCase() === instanceId.toUpperCase())
      if (node === undefined || (node.isStarted && node.problem === 0)) return
      for (const step of openingSteps(node.problem)) await runStep(node.instanceId, step)
    },

    stop: (instanceId) => runStep(instanceId, 'disable'),
    dismount: (volume) => storage.dismount(volume.replace(/\\$/, '')),
  }
}

async function readVolumes(storage: Storage, disks: ReadonlySet<string>): Promise<readonly Volume[]> {
  const volumes = await Promise.all(
    storage.listVolumes().map(async (name) => {
      const on = await storage.readDisks(name.replace(/\\$/, ''))
      if (!on.some((disk) => disks.has(disk))) return []
      const format = await storage.readFormat(name)
      const points = storage.listPoints(name)
      return [{ name, points, disks: on, serial: format?.serial ?? null, isWriteProtected: format?.isReadOnly ?? null }]
    }),
  )
  return volumes.flat()
}
