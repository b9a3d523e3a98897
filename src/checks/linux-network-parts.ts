import { type HardwarePart, statedText } from './hardware-part.ts'
import { normalizeMac } from './network-state.ts'
import { entriesOf, textOf } from './raw.ts'
import type { Raws, Reading, Readings } from './reading.ts'

const folder = '/sys/class/net'

/** What tells a network card from a bridge or a container's interface: the link `device` to what it is made of. */
export function networkPartReadings(raws: Raws): Readings {
  return Object.fromEntries(
    cardNames(raws).flatMap((name): [string, Reading][] => [
      [`link ${name}`, { kind: 'directory', path: `${folder}/${name}/`, depth: 1 }],
      ...['address', 'addr_assign_type', 'device/uevent', 'device/vendor', 'device/device'].map(
        (attribute): [string, Reading] => [
          `${attribute} ${name}`,
          { kind: 'file', path: `${folder}/${name}/${attribute}` },
        ],
      ),
    ]),
  )
}

export function networkParts(raws: Raws): readonly HardwarePart[] {
  return cardNames(raws)
    .filter((name) => (entriesOf(raws, `link ${name}`) ?? []).some(({ path }) => path === 'device'))
    .map((name) => partOf(raws, name))
}

const permanent = '0'

function partOf(raws: Raws, name: string): HardwarePart {
  const uevent = textOf(raws, `device/uevent ${name}`) ?? ''
  const vendor = textOf(raws, `device/vendor ${name}`)?.trim().replace(/^0x/, '').toLowerCase() ?? ''
  const device = textOf(raws, `device/device ${name}`)?.trim().replace(/^0x/, '').toLowerCase() ?? ''
  const driver = lineIn(uevent, 'DRIVER')
  const number = vendor === '' ? (lineIn(uevent, 'PRODUCT') ?? '') : `${vendor}:${device}`
  const isOwn = textOf(raws, `addr_assign_type ${name}`)?.trim() === permanent
  return {
    kind: 'network',
    slot: lineIn(uevent, 'PCI_SLOT_NAME') ?? '',
    maker: makers[vendor] ?? vendor,
    model: statedText([driver, number].filter((text) => text !== undefined && text !== '').join(' ')),
    serial: isOwn ? (normalizeMac(textOf(raws, `address ${name}`) ?? '') ?? '') : '',
    bytes: 0,
  }
}

/** Numbers of the makers of network cards (PCI-SIG), for those that town halls have. */
const makers: Readonly<Record<string, string>> = {
  '8086': 'Intel',
  '10ec': 'Realtek',
  '14e4': 'Broadcom',
  '168c': 'Qualcomm Atheros',
  '17cb': 'Qualcomm',
  '14c3': 'MediaTek',
  '1d6a': 'Marvell (Aquantia)',
  '11ab': 'Marvell',
  '15b3': 'NVIDIA (Mellanox)',
  '1af4': 'virtio',
  '15ad': 'VMware',
}

function lineIn(text: string, key: string): string | undefined {
  return new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]
}

const maxCards = 100

function cardNames(raws: Raws): readonly string[] {
  return (entriesOf(raws, 'links') ?? [])
    .filter(({ path, type }) => !path.includes('/') && type !== 'file' && path !== 'lo')
    .map(({ path }) => path)
    .slice(0, maxCards)
}
