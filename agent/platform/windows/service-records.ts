/**
 * Structures of the service control manager (winsvc.h, 64 bits): numbers in line, texts by address. A record and the
 * texts that it points at come in one buffer, so that an address is a place in it.
 */
export type ServiceRecord = Readonly<{ bytes: Buffer; address: bigint }>

/** QUERY_SERVICE_CONFIGW: type, start, error; then path, group, tag, dependencies, account, display name. */
export function parseConfigRecord(record: ServiceRecord): Readonly<{
  startType: number
  imagePath: string
  account: string
  displayName: string
}> {
  return {
    startType: record.bytes.readUInt32LE(4),
    imagePath: readText(record, 16),
    account: readText(record, 48),
    displayName: readText(record, 56),
  }
}

/** SERVICE_FAILURE_ACTIONSW: reset period, reboot message, command, count, actions of (type, delay). */
export function parseFailureRecord(
  record: ServiceRecord,
): Readonly<{ resetAfterS: number; restartAfterMs: readonly number[] }> {
  const { bytes } = record
  const count = Math.min(bytes.readUInt32LE(24), maxActions)
  const at = placeOf(record, 32)
  const restartAfterMs: number[] = []
  for (let index = 0; at !== null && index < count && at + index * 8 + 8 <= bytes.length; index += 1) {
    const type = bytes.readUInt32LE(at + index * 8)
    // another action than a restart is not what is wanted, whatever its delay
    restartAfterMs.push(type === restartAction ? bytes.readUInt32LE(at + index * 8 + 4) : -1)
  }
  return { resetAfterS: bytes.readUInt32LE(0), restartAfterMs }
}

/** `addressOf` places the actions, which must be kept until the call is over. */
export function encodeFailureRecord(
  failure: Readonly<{ resetAfterS: number; restartAfterMs: readonly number[] }>,
  addressOf: (bytes: Buffer) => bigint,
): Readonly<{ bytes: Buffer; kept: readonly Buffer[] }> {
  const actions = Buffer.alloc(failure.restartAfterMs.length * 8)
  failure.restartAfterMs.forEach((delayMs, index) => {
    actions.writeUInt32LE(restartAction, index * 8)
    actions.writeUInt32LE(delayMs, index * 8 + 4)
  })
  const bytes = Buffer.alloc(40)
  bytes.writeUInt32LE(failure.resetAfterS, 0)
  bytes.writeUInt32LE(failure.restartAfterMs.length, 24)
  bytes.writeBigUInt64LE(addressOf(actions), 32)
  return { bytes, kept: [actions] }
}

/** A record that is one address of texts: SERVICE_DESCRIPTIONW, and with several texts SERVICE_REQUIRED_PRIVILEGES_INFOW. */
export function encodeTextRecord(
  texts: readonly string[],
  addressOf: (bytes: Buffer) => bigint,
): Readonly<{ bytes: Buffer; kept: readonly Buffer[] }> {
  const ending = texts.length > 1 ? '\0' : ''
  const text = Buffer.from(`${texts.map((one) => `${one}\0`).join('')}${ending}`, 'utf16le')
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(addressOf(text), 0)
  return { bytes, kept: [text] }
}

export function encodeNumberRecord(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** The text whose address lies at `offset`; '' for none. */
export function readText(record: ServiceRecord, offset: number): string {
  const at = placeOf(record, offset)
  if (at === null) return ''
  const whole = record.bytes.length - ((record.bytes.length - at) % 2)
  return record.bytes.toString('utf16le', at, whole).split('\0', 1)[0] ?? ''
}

/** Texts one after the other until an empty one. */
export function readTexts(record: ServiceRecord, offset: number): readonly string[] {
  const at = placeOf(record, offset)
  if (at === null) return []
  const whole = record.bytes.length - ((record.bytes.length - at) % 2)
  const texts = record.bytes.toString('utf16le', at, whole).split('\0')
  const end = texts.indexOf('')
  return texts.slice(0, end === -1 ? texts.length : end)
}

const restartAction = 1
const maxActions = 16

/** Null for no address, or one outside of the record. */
function placeOf({ bytes, address }: ServiceRecord, offset: number): number | null {
  if (bytes.length < offset + 8) return null
  const at = Number(bytes.readBigUInt64LE(offset) - address)
  return at >= 0 && at < bytes.length ? at : null
}
