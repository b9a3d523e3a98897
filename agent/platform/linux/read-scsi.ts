import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { SeenDevice } from '../platform.ts'
import { judgeSerial } from '../serial.ts'
import { readInstance } from './read-usb.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readAttribute, readBinary } from './sysfs.ts'

const opticalType = '5' // SPC-4 table 59

/** Optical drives on SATA, IDE and the like; those behind USB are read as USB devices. */
export function readScsiOptical(roots: LinuxRoots): readonly SeenDevice[] {
  const folder = join(roots.sys, 'bus/scsi/devices')
  return listEntries(folder)
    .filter((key) => /^\d+:\d+:\d+:\d+$/.test(key))
    .flatMap((key) => {
      const path = join(folder, key)
      const instance = readInstance(path)
      if (instance === null || readAttribute(join(path, 'type')) !== opticalType || isBehindUsb(path)) return []
      return [
        {
          instance,
          device: {
            key,
            bus: 'scsi',
            serial: judgeSerial(readUnitSerial(path)),
            vendor: readAttribute(join(path, 'vendor')) ?? '',
            product: readAttribute(join(path, 'model')) ?? '',
            functions: [{ key, class: 'optical' }],
          },
        },
      ]
    })
}

function isBehindUsb(path: string): boolean {
  try {
    return /\/usb\d+\//.test(realpathSync(path))
  } catch {
    return true // gone: not listed
  }
}

/** Vital product data page 80h: four header bytes, then the serial in ASCII. */
function readUnitSerial(path: string): string {
  return readBinary(join(path, 'vpd_pg80'), 260)?.subarray(4).toString('latin1') ?? ''
}
