import { decodeBase64 } from '../policy/base64.ts'
import { type HardwarePart, statedText } from './hardware-part.ts'

/**
 * Processors, memory modules and boards of the machine's own table (DMTF DSP0134, types 2, 4 and 17), as the kernel
 * hands it out in `/sys/firmware/dmi/tables/DMI`. Null where it is no such table.
 */
export function parseSmbios(base64: string): readonly HardwarePart[] | null {
  const bytes = decodeBase64(base64)
  if (bytes === null || bytes.length < 4) return null
  const structures = structuresIn(bytes)
  if (structures.length === 0) return null
  return structures.flatMap((structure) => readers[structure.type]?.(structure) ?? [])
}

type Structure = Readonly<{ type: number; body: Uint8Array; texts: readonly string[] }>

const readers: Readonly<Record<number, (structure: Structure) => HardwarePart | null>> = {
  2: boardOf,
  4: processorOf,
  17: moduleOf,
}
const headerBytes = 4
const endOfTable = 127

function structuresIn(bytes: Uint8Array): readonly Structure[] {
  const structures: Structure[] = []
  let start = 0
  while (start + headerBytes <= bytes.length) {
    const length = bytes[start + 1] ?? 0
    if (length < headerBytes || start + length > bytes.length) break
    const body = bytes.subarray(start, start + length)
    const end = endOfTexts(bytes, start + length)
    structures.push({ type: bytes[start] ?? 0, body, texts: textsIn(bytes.subarray(start + length, end)) })
    if (bytes[start] === endOfTable) break
    start = end
  }
  return structures
}

/** After the body: texts that each end with a zero, and one more zero. */
function endOfTexts(bytes: Uint8Array, from: number): number {
  let at = from
  while (at + 1 < bytes.length && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at++
  return at + 2
}

function textsIn(bytes: Uint8Array): readonly string[] {
  return new TextDecoder().decode(bytes).split('\0')
}

/** Texts are numbered from 1; 0 stands for none. */
function textAt({ body, texts }: Structure, offset: number): string {
  const number = body[offset] ?? 0
  return number === 0 ? '' : statedText(texts[number - 1])
}

function boardOf(structure: Structure): HardwarePart {
  return {
    kind: 'board',
    slot: '',
    maker: textAt(structure, 0x04),
    model: textAt(structure, 0x05),
    serial: textAt(structure, 0x07),
    bytes: 0,
  }
}

const populated = 0x40
const centralProcessor = 3

function processorOf(structure: Structure): HardwarePart | null {
  if (((structure.body[0x18] ?? 0) & populated) === 0 || structure.body[0x05] !== centralProcessor) return null
  return {
    kind: 'cpu',
    slot: textAt(structure, 0x04),
    maker: textAt(structure, 0x07),
    model: textAt(structure, 0x10),
    serial: textAt(structure, 0x20),
    bytes: 0,
  }
}

function moduleOf(structure: Structure): HardwarePart | null {
  const bytes = moduleBytes(structure.body)
  if (bytes === 0) return null
  const locator = [textAt(structure, 0x11), textAt(structure, 0x10)].filter((text) => text !== '').join(' ')
  return {
    kind: 'memory',
    slot: locator,
    maker: textAt(structure, 0x17),
    model: textAt(structure, 0x1a),
    serial: textAt(structure, 0x18),
    bytes,
  }
}

/** 0 an empty slot; 0x7fff: in the wider field, in mebibytes; bit 15: in kibibytes. */
function moduleBytes(body: Uint8Array): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (body.length < 0x0e) return 0
  const size = view.getUint16(0x0c, true)
  if (size === 0 || size === 0xffff) return 0
  if (size === 0x7fff) return body.length < 0x20 ? 0 : (view.getUint32(0x1c, true) & 0x7fffffff) * 1_048_576
  return (size & 0x8000) === 0 ? size * 1_048_576 : (size & 0x7fff) * 1024
}
