import { z } from 'zod'

/** The classes that a policy may name. USB classes are those of usb.org "Defined Class Codes". */
export const blockableClasses = [
  'mass-storage', // USB 08: BOT and UAS; sticks, disks, card readers, USB optical drives' USB side
  'portable', // USB 06: MTP and PTP; phones, cameras
  'sd-card', // SD cards on a built-in reader (mmc bus, type SD)
  'optical', // CD, DVD, BD drives, whatever their bus
  'network', // USB 02/0a, e0/01/03 and vendor RNDIS: adapters and tethering
  'bluetooth', // USB e0/01/01
  'printer', // USB 07
  'audio', // USB 01
  'video', // USB 0e
  'other', // everything else, vendor-specific ff included
] as const
export type BlockableClass = (typeof blockableClasses)[number]

/** Classes that no policy can block (design §5): keyboards, mice, hubs, smart-card readers. */
export const neverBlockableClasses = ['input', 'hub', 'smart-card'] as const
export type NeverBlockableClass = (typeof neverBlockableClasses)[number]

export const deviceClasses = [...blockableClasses, ...neverBlockableClasses] as const
export type DeviceClass = (typeof deviceClasses)[number]

export const accesses = ['block', 'read-only', 'read-write'] as const
export type Access = (typeof accesses)[number]

const usbId = z.string().regex(/^[0-9a-f]{4}$/, 'four lower-case hexadecimal digits')

/** One function of a plugged-in device: a USB interface, a card, a drive. The unit that is decided on. */
export const deviceFunctionSchema = z.strictObject({
  /** Unique while plugged in: on Linux the sysfs name (`1-2:1.0`, `mmc0:4567`, `1:0:0:0`). */
  key: z.string().max(256),
  class: z.enum(deviceClasses),
  /** class/subclass/protocol as the device states them, two hexadecimal digits each; absent off USB. */
  usbClass: z
    .string()
    .regex(/^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{2}$/)
    .optional(),
})
export type DeviceFunction = z.infer<typeof deviceFunctionSchema>

/** A device as it was read from the machine. Texts are what the device says of itself: never trusted. */
export const deviceSchema = z.strictObject({
  /** Unique while plugged in (`1-2`, `mmc0:4567`, `1:0:0:0`). */
  key: z.string().max(256),
  bus: z.enum(['usb', 'mmc', 'scsi', 'other']),
  vendorId: usbId.optional(),
  productId: usbId.optional(),
  /** null where the device states none, or one that the system made up. */
  serial: z.string().max(256).nullable(),
  vendor: z.string().max(256),
  product: z.string().max(256),
  functions: z.array(deviceFunctionSchema).max(64),
  /** File-system UUIDs, once a volume could be read; absent before. */
  volumes: z.array(z.string().max(128)).max(64).optional(),
})
export type Device = z.infer<typeof deviceSchema>
