/** What a machine says of itself in its firmware; '' where it says nothing that tells it from others. */
export type SmbiosFacts = Readonly<{
  vendor: string
  product: string
  uuid: string
  serial: string
  boardSerial: string
}>

/** RawSMBIOSData ("GetSystemFirmwareTable function"): four bytes of version, four of length, then the table. */
const headingBytes = 8
const structureTypes = { system: 1, board: 2, end: 127 } as const
/** What makers leave in the place of a serial number. */
const fillers =
  /^(0+|f+|x+|[.\s-]*|none|null|n\/?a|(not|un)\s*(specified|applicable|available|known).*|unknown|default string|to be filled by o\.?e\.?m\.?|o\.?e\.?m\.?|invalid|empty|(system|chassis|base ?board|board) serial number|system product name|system manufacturer|(0?123456789a?b?c?d?e?f?)|1234567890?)$/i
/** One number for a whole series of boards, in more than one maker's firmware. */
const sharedUuid = '03000200-0400-0500-0006-000700080009'

/** Structures of the System Management BIOS Reference Specification (DSP0134): 7.2 System, 7.3 Baseboard. */
export function parseSmbios(table: Buffer): SmbiosFacts {
  const isLittleEndian = table.length >= headingBytes && (table[1] ?? 0) * 256 + (table[2] ?? 0) >= 2 * 256 + 6
  let facts: SmbiosFacts = { vendor: '', product: '', uuid: '', serial: '', boardSerial: '' }
  const seen = new Set<number>()
  for (const { type, bytes, text } of listStructures(table)) {
    if (seen.has(type)) continue // the first one is the machine's own, others are what is plugged into it
    seen.add(type)
    if (type === structureTypes.system) {
      const uuid = bytes.length >= 24 ? formatUuid(bytes.subarray(8, 24), isLittleEndian) : ''
      facts = { ...facts, vendor: text(4), product: text(5), serial: own(text(7)), uuid: ownUuid(uuid) }
    }
    if (type === structureTypes.board) facts = { ...facts, boardSerial: own(text(7)) }
  }
  return facts
}

type Structure = Readonly<{ type: number; bytes: Buffer; text: (at: number) => string }>

function* listStructures(table: Buffer): Generator<Structure> {
  let at = headingBytes
  while (at + 4 <= table.length) {
    const length = table[at + 1] ?? 0
    if (length < 4 || at + length > table.length) return // cut off, or no table at all
    const texts: string[] = []
    let next = at + length
    if (table[next] === 0) next += 1
    while (next < table.length && table[next] !== 0) {
      const end = table.indexOf(0, next)
      if (end < 0) return
      texts.push(table.toString('latin1', next, end))
      next = end + 1
    }
    const type = table[at] ?? structureTypes.end
    if (type === structureTypes.end) return
    const bytes = table.subarray(at, at + length)
    yield { type, bytes, text: (index) => texts[(bytes[index] ?? 0) - 1]?.trim() ?? '' }
    at = next + 1
  }
}

/** From version 2.6 on the first three fields lie with their lowest byte first (7.2.1). */
function formatUuid(bytes: Buffer, isLittleEndian: boolean): string {
  const order = isLittleEndian ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] : [...bytes.keys()]
  const hex = Buffer.from(order.map((at) => bytes[at] ?? 0)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function own(text: string): string {
  return fillers.test(text) ? '' : text
}

function ownUuid(uuid: string): string {
  return uuid === sharedUuid || fillers.test(uuid.replaceAll('-', '')) ? '' : uuid
}
