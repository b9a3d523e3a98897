import { type Device, qemuDevice } from './device.ts'
import { buses } from './qemu-arguments.ts'

/** Where on the machine: a USB bus (a late controller's is `<its id>.0`) and a port, `1.2` behind a hub on port 1. */
export interface Place {
  readonly bus?: string
  readonly port?: string
}

export interface StorageOptions extends Place {
  readonly id: string
  /** A disk image on the host; media-files.ts makes them. */
  readonly image: string
  readonly serial?: string
}

/** A USB stick: mass storage, bulk only. The guest sees sdX. */
export function usbStick({ id, image, serial = id, ...place }: StorageOptions): Device {
  const drive = `${id}-disk`
  return qemuDevice({
    id,
    kind: 'usb stick',
    blockNodes: [fileNode(drive, image)],
    devices: [{ driver: 'usb-storage', id, drive, serial, removable: true, ...usbPlace(place) }],
  })
}

/** A fast USB disk: USB attached SCSI. The guest sees sdX. */
export function uasDisk({ id, image, serial = id, ...place }: StorageOptions): Device {
  return scsiOverUsb({ id, kind: 'uas disk', driver: 'usb-uas', unit: 'scsi-hd', image, serial, place })
}

/** A USB optical drive with a disc in it. The guest sees srX. */
export function usbOptical({ id, image, serial = id, ...place }: StorageOptions): Device {
  return scsiOverUsb({ id, kind: 'usb optical drive', driver: 'usb-bot', unit: 'scsi-cd', image, serial, place })
}

/** A card for the machine's one SD slot; its image's size must be a power of two. The guest sees mmcblk0. */
export function sdCard({ id, image }: Pick<StorageOptions, 'id' | 'image'>): Device {
  const node = `${id}-disk`
  return {
    id,
    kind: 'sd card',
    async plug({ qmp }) {
      await qmp.execute('blockdev-add', fileNode(node, image))
      await qmp.execute('blockdev-insert-medium', { id: buses.sdCard, 'node-name': node })
    },
    async unplug({ qmp }) {
      await qmp.execute('blockdev-remove-medium', { id: buses.sdCard })
      await qmp.execute('blockdev-del', { 'node-name': node })
    },
  }
}

/** A phone or camera that shows a folder over MTP. No block node: programs speak to it directly. */
export function mtpPhone({ id, folder, ...place }: Place & { readonly id: string; readonly folder: string }): Device {
  return simpleUsb('mtp phone', 'usb-mtp', id, place, { rootdir: folder })
}

/** A USB network adapter. The guest sees usbX. */
export function usbNetwork({ id, ...place }: Place & { readonly id: string }): Device {
  const netdev = `${id}-net`
  return qemuDevice({
    id,
    kind: 'usb network adapter',
    networks: [netdev],
    devices: [{ driver: 'usb-net', id, netdev, ...usbPlace(place) }],
  })
}

export function usbKeyboard({ id, ...place }: Place & { readonly id: string }): Device {
  return simpleUsb('keyboard', 'usb-kbd', id, place, { serial: id })
}

export function usbMouse({ id, ...place }: Place & { readonly id: string }): Device {
  return simpleUsb('mouse', 'usb-mouse', id, place, { serial: id })
}

export function usbTablet({ id, ...place }: Place & { readonly id: string }): Device {
  return simpleUsb('tablet', 'usb-tablet', id, place, { serial: id })
}

export function smartCardReader({ id, ...place }: Place & { readonly id: string }): Device {
  return simpleUsb('smart-card reader', 'usb-ccid', id, place)
}

/** A hub of eight ports: put others behind it with `port: '<its port>.1'`, and take them out before it. */
export function usbHub({ id, ...place }: Place & { readonly id: string }): Device {
  return simpleUsb('hub', 'usb-hub', id, place)
}

/** A USB controller that comes late, as a dock's does. Put devices on it with `bus: '<id>.0'`. */
export function usbController({ id, slot = 0 }: { readonly id: string; readonly slot?: 0 | 1 }): Device {
  return qemuDevice({
    id,
    kind: 'usb controller',
    devices: [{ driver: 'qemu-xhci', id, bus: buses.pciSlots[slot], p2: 4, p3: 4 }],
  })
}

interface Slotted {
  readonly id: string
  readonly slot?: 0 | 1
}

/** A second network card inside the machine. The guest sees ethX. */
export function pciNetwork({ id, slot = 0 }: Slotted): Device {
  const netdev = `${id}-net`
  const devices = [{ driver: 'virtio-net-pci', id, netdev, romfile: '', bus: buses.pciSlots[slot] }]
  return qemuDevice({ id, kind: 'network card', networks: [netdev], devices })
}

/** A second disk inside the machine. The guest sees vdX. */
export function pciDisk({ id, image, slot = 1 }: Slotted & Pick<StorageOptions, 'image'>): Device {
  const drive = `${id}-disk`
  const devices = [{ driver: 'virtio-blk-pci', id, drive, serial: id, bus: buses.pciSlots[slot] }]
  return qemuDevice({ id, kind: 'disk', blockNodes: [fileNode(drive, image)], devices })
}

interface ScsiOverUsb {
  readonly id: string
  readonly kind: string
  readonly driver: string
  readonly unit: string
  readonly image: string
  readonly serial: string
  readonly place: Place
}

function scsiOverUsb({ id, kind, driver, unit, image, serial, place }: ScsiOverUsb): Device {
  const node = `${id}-disk`
  const lun = `${id}-lun`
  return qemuDevice({
    id,
    kind,
    blockNodes: [{ ...fileNode(node, image), 'read-only': unit === 'scsi-cd' }],
    devices: [
      { driver, id, serial, ...usbPlace(place) },
      { driver: unit, id: lun, bus: `${id}.0`, drive: node, serial },
    ],
    withParent: [lun],
    attachLast: id,
  })
}

function simpleUsb(kind: string, driver: string, id: string, place: Place, properties: object = {}): Device {
  return qemuDevice({ id, kind, devices: [{ driver, id, ...usbPlace(place), ...properties }] })
}

function usbPlace({ bus = buses.usb, port }: Place): object {
  return port === undefined ? { bus } : { bus, port }
}

function fileNode(name: string, filename: string): Readonly<Record<string, unknown>> {
  return { driver: 'raw', 'node-name': name, file: { driver: 'file', filename } }
}
