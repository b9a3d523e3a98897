import { join } from 'node:path'
import type { SeenDevice } from '../platform.ts'
import { judgeSerial } from '../serial.ts'
import { readInstance } from './read-usb.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readAttribute } from './sysfs.ts'
import { readVolumes } from './volumes.ts'

/** SD cards on a built-in reader. Soldered eMMC (`MMC`) and radios (`SDIO`) are parts of the machine, not media. */
export function readMmc(roots: LinuxRoots): readonly SeenDevice[] {
  const folder = join(roots.sys, 'bus/mmc/devices')
  return listEntries(folder).flatMap((key) => {
    const path = join(folder, key)
    const instance = readInstance(path)
    if (instance === null || readAttribute(join(path, 'type')) !== 'SD') return []
    const serial = readAttribute(join(path, 'serial'))?.replace(/^0x/, '') ?? ''
    return [
      {
        instance,
        device: {
          key,
          bus: 'mmc',
          serial: judgeSerial(serial),
          vendor: readAttribute(join(path, 'manfid')) ?? '',
          product: readAttribute(join(path, 'name')) ?? '',
          functions: [{ key, class: 'sd-card' }],
          ...readVolumes(roots, [path]),
        },
      },
    ]
  })
}
