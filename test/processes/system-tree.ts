import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A machine's `/sys` and `/proc` as plain files, for an agent with `guard.systemRoot`: sticks come and go in it. */
export type SystemTree = Readonly<{
  root: string
  /** A stick of its own port and serial; a port is never used twice, as inodes of plain files may be. */
  plug(serial: string): void
  unplug(serial: string): void
}>

export function createSystemTree(root: string, machine: string): SystemTree {
  const devices = join(root, 'sys/bus/usb/devices')
  const ports = new Map<string, string>()
  let lastPort = 0
  writeTree(root, {
    'proc/sys/kernel/random/boot_id': '6a1f0c7e-0000-4000-8000-000000000001',
    'proc/self/mountinfo': '',
    'sys/class/dmi/id/product_uuid': machine,
  })
  mkdirSync(devices, { recursive: true })
  return {
    root,
    plug(serial) {
      lastPort += 1
      const port = `1-${lastPort}`
      ports.set(serial, port)
      writeTree(devices, {
        [`${port}:1.0/bInterfaceClass`]: '08',
        [`${port}:1.0/bInterfaceSubClass`]: '06',
        [`${port}:1.0/bInterfaceProtocol`]: '50',
        [`${port}:1.0/authorized`]: '1',
      })
      writeTree(devices, {
        [`${port}/serial`]: serial,
        [`${port}/manufacturer`]: 'Example',
        [`${port}/product`]: 'Stick',
        [`${port}/authorized`]: '1',
        [`${port}/idProduct`]: '5678',
        [`${port}/idVendor`]: '1234',
      })
    },
    unplug(serial) {
      const port = ports.get(serial)
      if (port === undefined) return
      rmSync(join(devices, port), { recursive: true })
      rmSync(join(devices, `${port}:1.0`), { recursive: true })
    },
  }
}

function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, `${text}\n`)
  }
}
