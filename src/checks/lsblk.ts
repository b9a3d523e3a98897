import { z } from 'zod'
import type { Reading } from './reading.ts'

/** lsblk(8) of util-linux; `mountpoints` and `rm` differ between its versions, so the older column is asked for. */
export const lsblkReading: Reading = {
  kind: 'command',
  program: 'lsblk',
  args: ['--json', '--output', 'NAME,TYPE,FSTYPE,UUID,RM,MOUNTPOINT'],
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null)

export type BlockDevice = Readonly<{
  name: string
  type: string
  fstype: string | null
  uuid: string | null
  isRemovable: boolean
  mountpoint: string | null
  children: readonly BlockDevice[]
}>

const deviceSchema: z.ZodType<BlockDevice> = z.lazy(() =>
  z
    .object({
      name: z.string(),
      type: z.string(),
      fstype: text,
      uuid: text,
      // Util-linux 2.33 and later say true; earlier "1".
      rm: z.union([z.boolean(), z.string()]).optional(),
      mountpoint: text,
      children: z.array(deviceSchema).default([]),
    })
    .transform(({ rm, ...device }) => ({ ...device, isRemovable: rm === true || rm === '1' })),
)

/** The tree of block devices; null where it is none. */
export function parseLsblk(output: string): readonly BlockDevice[] | null {
  try {
    return z.object({ blockdevices: z.array(deviceSchema) }).parse(JSON.parse(output)).blockdevices
  } catch {
    // Cut or of an unknown version: whoever asked says `unknown`.
    return null
  }
}

export function flattenDevices(devices: readonly BlockDevice[]): readonly BlockDevice[] {
  return devices.flatMap((device) => [device, ...flattenDevices(device.children)])
}

export type MountedVolume = Readonly<{ mountpoint: string; device: string; isEncrypted: boolean }>

/** Where fixed volumes are mounted, and whether something above each of them encrypts (`crypt` of device mapper). */
export function mountedVolumes(devices: readonly BlockDevice[], isUnderCrypt = false): readonly MountedVolume[] {
  return devices
    .filter(({ isRemovable, type }) => !isRemovable && type !== 'loop' && type !== 'rom')
    .flatMap((device) => {
      const isEncrypted = isUnderCrypt || device.type === 'crypt'
      const own =
        device.mountpoint === null ? [] : [{ mountpoint: device.mountpoint, device: device.name, isEncrypted }]
      return [...own, ...mountedVolumes(device.children, isEncrypted)]
    })
}
