/** Tables as machines carry them, built by the layouts of DMTF DSP0134 (SMBIOS) and VESA E-EDID 1.4. */

type Module = Readonly<{ locator: string; maker: string; part: string; serial: string; megabytes: number }>
type Board = Readonly<{ board: true; maker: string; product: string; serial: string }>
type Processor = Readonly<{ processor: string }>

export const system: Board = { board: true, maker: 'Dell Inc.', product: '0K240Y', serial: 'CN0001' }

export function processor(version: string): Processor {
  return { processor: version }
}

/** The table in base64, ended by its end mark. */
export function smbios(...parts: readonly (Module | Board | Processor)[]): string {
  const end = structure(127, Buffer.alloc(0), [])
  return Buffer.concat([...parts.map(structureOf), end]).toString('base64')
}

function structureOf(part: Module | Board | Processor): Buffer {
  if ('board' in part)
    return structure(2, Buffer.from([1, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0]), [part.maker, part.product, part.serial])
  if ('processor' in part) return processorOf(part.processor)
  return moduleOf(part)
}

function processorOf(version: string): Buffer {
  const body = Buffer.alloc(0x30 - 4)
  const at = (offset: number, value: number) => body.writeUInt8(value, offset - 4)
  at(0x04, 1)
  at(0x05, 3) // central processor
  at(0x07, 2)
  at(0x10, 3)
  at(0x18, 0x41) // populated, enabled
  return structure(4, body, ['U3E1', 'Intel(R) Corporation', version])
}

const largeMegabytes = 0x7fff

function moduleOf({ locator, maker, part, serial, megabytes }: Module): Buffer {
  const body = Buffer.alloc(0x28 - 4)
  body.writeUInt16LE(Math.min(megabytes, largeMegabytes), 0x0c - 4)
  body.writeUInt32LE(megabytes >= largeMegabytes ? megabytes : 0, 0x1c - 4)
  body.writeUInt8(1, 0x10 - 4)
  body.writeUInt8(2, 0x17 - 4)
  body.writeUInt8(3, 0x18 - 4)
  body.writeUInt8(4, 0x1a - 4)
  return structure(17, body, [locator, maker, serial, part])
}

function structure(type: number, body: Buffer, texts: readonly string[]): Buffer {
  const header = Buffer.from([type, body.length + 4, 0, 0])
  const strings = texts.length === 0 ? '\0\0' : `${texts.join('\0')}\0\0`
  return Buffer.concat([header, body, Buffer.from(strings, 'latin1')])
}

/** One block: maker in three letters, the product number from the name's digits, name and serial number. */
export function edid(maker: string, name: string, serial: number): string {
  const block = Buffer.alloc(128)
  Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]).copy(block)
  const letters = [...maker].map((letter) => letter.charCodeAt(0) - 64)
  block.writeUInt16BE(
    letters.reduce((word, letter) => (word << 5) | letter, 0),
    8,
  )
  block.writeUInt16LE(Number.parseInt(name.replaceAll(/\D/g, ''), 16), 10)
  block.writeUInt32LE(serial, 12)
  block.set([0, 0, 0, 0xfc, 0], 72)
  block.write(`${name}\n`.padEnd(13, ' '), 77, 'latin1')
  return block.toString('base64')
}
