import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
  const bus = join(root, 'sys/devices/usb1')
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
    // Linked once it is whole, as nobody sees the kernel's half made: an agent may look at any time.
    plug(serial) {
      lastPort += 1
      const port = `1-${lastPort}`
      ports.set(serial, port)
      writeTree(join(bus, port), {
        serial,
        manufacturer: 'Example',
        product: 'Stick',
        authorized: '1',
        idProduct: '5678',
        idVendor: '1234',
        bNumInterfaces: ' 1',
        [`${port}:1.0/bInterfaceClass`]: '08',
        [`${port}:1.0/bInterfaceSubClass`]: '06',
        [`${port}:1.0/bInterfaceProtocol`]: '50',
        [`${port}:1.0/authorized`]: '1',
      })
      symlinkSync(join(bus, port, `${port}:1.0`), join(devices, `${port}:1.0`))
      symlinkSync(join(bus, port), join(devices, port))
    },
    unplug(serial) {
      const port = ports.get(serial)
      if (port === undefined) return
      for (const name of [port, `${port}:1.0`]) rmSync(join(devices, name))
      rmSync(join(bus, port), { recursive: true })
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
