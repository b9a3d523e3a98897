import { z } from 'zod'
import { type HardwarePart, statedText } from './hardware-part.ts'
import type { Reading } from './reading.ts'

export const disksReading: Reading = {
  kind: 'command',
  program: 'lsblk',
  args: ['--json', '--nodeps', '--bytes', '--output', 'NAME,TYPE,TRAN,VENDOR,MODEL,SERIAL,WWN,SIZE,RM'],
}

const text = z.string().nullish()
const diskSchema = z.object({
  name: z.string(),
  type: text,
  tran: text,
  vendor: text,
  model: text,
  serial: text,
  wwn: text,
  // Older versions of util-linux write numbers and flags as text.
  size: z.union([z.number(), z.string()]).nullish(),
  rm: z.union([z.boolean(), z.string()]).nullish(),
})

/** Names of the fixed disks; SD cards and eMMC look alike here, so `mmcblk0` is among them. Null: no such list. */
export function diskNames(output: string): readonly string[] | null {
  return parseDisks(output)?.map(({ name }) => name) ?? null
}

/** Disks built in: no stick, no drive for discs, nothing that the kernel makes up (loop, zram, device mapper, RAID). */
export function parseDiskParts(output: string, about: AboutDisks): readonly HardwarePart[] | null {
  const disks = parseDisks(output)?.filter(({ name }) => !about.isCard(name))
  if (disks === undefined) return null
  return disks.map(({ name, vendor, model, serial, wwn, size }) => ({
    kind: 'disk',
    slot: '',
    maker: makerOf(vendor ?? ''),
    model: statedText(model),
    serial: [...about.stated(name), statedText(serial), statedText(wwn)].find((text) => text !== '') ?? '',
    bytes: Number(size ?? 0),
  }))
}

/** What else was read of a disk: whether it is an SD card, and serial numbers that the kernel states. */
type AboutDisks = Readonly<{ isCard: (name: string) => boolean; stated: (name: string) => readonly string[] }>

/** virtio disks state the number of their maker, not its name. */
function makerOf(vendor: string): string {
  return vendor.trim() === '0x1af4' ? 'virtio' : statedText(vendor)
}

const madeUp = /^(loop|zram|ram|nbd|fd|sr|md|dm-|rbd|drbd)|^mmcblk\d+(boot|rpmb)/

function parseDisks(output: string): readonly z.infer<typeof diskSchema>[] | null {
  try {
    const { blockdevices } = z.object({ blockdevices: z.array(diskSchema) }).parse(JSON.parse(output))
    return blockdevices
      .filter(({ name, type }) => type === 'disk' && !madeUp.test(name))
      .filter(({ tran, rm, size }) => tran !== 'usb' && rm !== true && rm !== '1' && Number(size ?? 0) > 0)
  } catch {
    return null // another version's shape, or cut
  }
}
