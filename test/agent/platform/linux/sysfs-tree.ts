import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type LinuxRoots, rootsUnder } from '../../../../agent/platform/linux/roots.ts'

/** A small copy of the kernel's trees: the same names, folders and links, with files in place of attributes. */
export class SysfsTree {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'tanmori-sysfs-')))
  readonly roots: LinuxRoots = rootsUnder(this.folder)

  constructor() {
    this.put('sys/bus/usb/drivers_probe', '')
    this.put('sys/bus/mmc/drivers_probe', '')
    this.put('sys/bus/scsi/drivers/sr/bind', '')
    this.put('proc/self/mountinfo', '22 1 254:0 / / rw - ext4 /dev/vda rw\n')
    this.put('sys/devices/virtio0/block/vda/dev', '254:0\n')
    this.link('sys/dev/block/254:0', 'sys/devices/virtio0/block/vda')
    mkdirSync(join(this.folder, 'run'), { recursive: true })
    this.bus('usb1')
  }

  /** A root hub: the machine's own. */
  bus(name: string, denies = true): void {
    const path = `sys/devices/pci0/${name}`
    this.put(`${path}/idVendor`, '1d6b\n')
    this.put(`${path}/interface_authorized_default`, denies ? '0\n' : '1\n')
    this.link(`sys/bus/usb/devices/${name}`, path)
  }

  /** A device on `usb1` with interfaces `class/subclass/protocol`, all denied. */
  usb(key: string, attributes: Readonly<Record<string, string>>, interfaces: readonly string[]): void {
    const path = `sys/devices/pci0/usb1/${key}`
    for (const [name, value] of Object.entries({
      idVendor: '0951',
      idProduct: '1666',
      authorized: '1',
      bNumInterfaces: '',
      ...attributes,
    })) {
      this.put(`${path}/${name}`, `${value}\n`)
    }
    this.link(`sys/bus/usb/devices/${key}`, path)
    for (const [number, usbClass] of interfaces.entries()) this.usbInterface(key, number, usbClass)
  }

  usbInterface(key: string, number: number, usbClass: string, name?: string): void {
    const path = `sys/devices/pci0/usb1/${key}/${key}:1.${number}`
    const [base = '', sub = '', protocol = ''] = usbClass.split('/')
    this.put(`sys/devices/pci0/usb1/${key}/bNumInterfaces`, ` ${number + 1}\n`)
    this.put(`${path}/bInterfaceClass`, `${base}\n`)
    this.put(`${path}/bInterfaceSubClass`, `${sub}\n`)
    this.put(`${path}/bInterfaceProtocol`, `${protocol}\n`)
    this.put(`${path}/authorized`, '0\n')
    if (name !== undefined) this.put(`${path}/interface`, `${name}\n`)
    this.link(`sys/bus/usb/devices/${key}:1.${number}`, path)
  }

  /** What a driver makes of an interface: a SCSI unit with a node. */
  node(key: string, node: string, number: string, { isReadOnly = false, type = '0' } = {}): void {
    const device = key.split(':')[0] ?? ''
    const unit = `sys/devices/pci0/usb1/${device}/${key}/host6/target6:0:0/6:0:0:0`
    this.put(`${unit}/type`, `${type}\n`)
    this.put(`${unit}/block/${node}/dev`, `${number}\n`)
    this.put(`${unit}/block/${node}/ro`, isReadOnly ? '1\n' : '0\n')
    this.link(`sys/class/block/${node}`, `${unit}/block/${node}`)
    this.link(`sys/dev/block/${number}`, `${unit}/block/${node}`)
    this.put('sys/drivers/usb-storage/x', '')
    this.link(`sys/devices/pci0/usb1/${device}/${key}/driver`, 'sys/drivers/usb-storage')
  }

  put(path: string, text: string | Buffer): void {
    const full = join(this.folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  link(path: string, target: string): void {
    const full = join(this.folder, path)
    mkdirSync(dirname(full), { recursive: true })
    rmSync(full, { force: true })
    symlinkSync(relative(dirname(full), join(this.folder, target)), full)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8').trim()
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
