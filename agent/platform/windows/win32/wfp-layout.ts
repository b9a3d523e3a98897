import { isIPv6 } from 'node:net'
import { type Filter, type FilterCondition, type FilterLayer, shortestAddress } from '../quarantine-filters.ts'
import { guidBytes } from './com.ts'
import type { Address } from './memory.ts'

/** Ours; chosen once, never to be changed: an older version's filters are found by it. */
export const providerKey = guidBytes('{f91050fc-2442-42f4-85af-e654bd95c33c}')
export const subLayerKey = guidBytes('{20f6df4a-f87b-470f-b9c7-dcfece8166ae}')
/** The highest there is: ours is asked first. */
export const subLayerWeight = 0xffff

/** fwpmu.h ("Filtering Layer Identifiers", "Filtering Condition Identifiers") */
export const layerKeys: Readonly<Record<FilterLayer, Buffer>> = {
  'connect-v4': guidBytes('{c38d57d1-05a7-4c33-904f-7fbceee60e82}'),
  'connect-v6': guidBytes('{4a72393b-319f-44bc-84c3-ba54dcb3b6b4}'),
  'accept-v4': guidBytes('{e1cd9fe7-f4b5-4273-96c0-592e487b8650}'),
  'accept-v6': guidBytes('{a3b42c97-9f04-4672-b87e-cee9c483257f}'),
  'forward-v4': guidBytes('{a82acc24-4ee1-4ee1-b465-fd1d25cb10a4}'),
  'forward-v6': guidBytes('{7b964818-19c7-493a-b71f-832c3684d28c}'),
}
type Field = Exclude<FilterCondition['field'], 'other'>
const fieldKeys: Readonly<Record<Field, Buffer>> = {
  loopback: guidBytes('{632ce23b-5167-435c-86d7-e903684aa80c}'),
  protocol: guidBytes('{3971ef2b-623e-4f9a-8cb1-6e79b806b9a7}'),
  'local-port': guidBytes('{0c1ba1af-5765-453f-af22-a8f791ac775b}'),
  'remote-port': guidBytes('{c35a604d-d22b-4e1a-91b4-68f674ee674b}'),
  'remote-address': guidBytes('{b235ae9a-1d64-49b8-a44c-5ff3d9095045}'),
  program: guidBytes('{d78e1e87-8644-4ea5-9437-d809ecefc971}'),
}
const fields = ['loopback', 'protocol', 'local-port', 'remote-port', 'remote-address', 'program'] as const

/** FWP_DATA_TYPE, FWP_MATCH_TYPE, FWP_ACTION_TYPE, flags of a filter (fwptypes.h, fwpmtypes.h) */
const dataTypes = { uint8: 1, uint16: 2, uint32: 3, uint64: 4, byteArray16: 11, byteBlob: 12 } as const
const matches = { equal: 0, flagsAllSet: 6 } as const
const actions = { block: 0x1001, permit: 0x1002 } as const
const flags = { persistent: 1, boot: 2, clearActionRight: 8, disabled: 0x20 } as const
const isLoopbackFlag = 1

/** Sizes and places on 64-bit Windows (FWPM_FILTER0, FWPM_FILTER_CONDITION0, FWPM_PROVIDER0, FWPM_SUBLAYER0). */
export const filterBytes = 200
const conditionBytes = 40
const at = {
  displayName: 16,
  flags: 32,
  providerKey: 40,
  layerKey: 64,
  subLayerKey: 80,
  weight: 96,
  conditionCount: 112,
  conditions: 120,
  action: 128,
  filterId: 176,
} as const
const maxConditions = 64
const maxBlobBytes = 4_096

/** `held`: what `bytes` points to, to be kept while it is used. */
export type LaidOut = Readonly<{ bytes: Buffer; held: readonly Buffer[] }>
type AddressOf = (buffer: Buffer) => Address
type Read = (address: Address, length: number) => Buffer

export function layOutFilter(filter: Filter, addressOf: AddressOf): LaidOut {
  const held: Buffer[] = []
  const point = (buffer: Buffer): Address => {
    held.push(buffer)
    return addressOf(buffer)
  }
  const conditions = Buffer.alloc(Math.max(filter.conditions.length, 1) * conditionBytes)
  for (const [index, condition] of filter.conditions.entries()) {
    writeCondition(conditions.subarray(index * conditionBytes), condition, point)
  }
  const bytes = Buffer.alloc(filterBytes)
  bytes.writeBigUInt64LE(point(wide(`Tanmori: ${filter.name}`)), at.displayName)
  bytes.writeUInt32LE(flags[filter.lifetime] | (filter.isHard ? flags.clearActionRight : 0), at.flags)
  bytes.writeBigUInt64LE(point(Buffer.from(providerKey)), at.providerKey)
  layerKeys[filter.layer].copy(bytes, at.layerKey)
  subLayerKey.copy(bytes, at.subLayerKey)
  bytes.writeUInt32LE(dataTypes.uint8, at.weight)
  bytes.writeUInt8(filter.weight, at.weight + 8)
  bytes.writeUInt32LE(filter.conditions.length, at.conditionCount)
  bytes.writeBigUInt64LE(filter.conditions.length === 0 ? 0n : point(conditions), at.conditions)
  bytes.writeUInt32LE(actions[filter.action], at.action)
  return { bytes, held }
}

export function layOutProvider(addressOf: AddressOf): LaidOut {
  const name = wide('Tanmori 端守')
  const bytes = Buffer.alloc(64)
  providerKey.copy(bytes, 0)
  bytes.writeBigUInt64LE(addressOf(name), 16)
  bytes.writeUInt32LE(flags.persistent, 32) // no service name: the engine would drop the filters of a stopped service
  return { bytes, held: [name] }
}

export function layOutSubLayer(addressOf: AddressOf): LaidOut {
  const name = wide('Tanmori 端守: quarantine')
  const provider = Buffer.from(providerKey)
  const bytes = Buffer.alloc(72)
  subLayerKey.copy(bytes, 0)
  bytes.writeBigUInt64LE(addressOf(name), 16)
  bytes.writeUInt32LE(flags.persistent, 32)
  bytes.writeBigUInt64LE(addressOf(provider), 40)
  bytes.writeUInt16LE(subLayerWeight, 64)
  return { bytes, held: [name, provider] }
}

/** FWPM_SUBLAYER0 as it stands: lasting, and asked first. */
export function isOwnSubLayer(bytes: Buffer): boolean {
  return (bytes.readUInt32LE(32) & flags.persistent) !== 0 && bytes.readUInt16LE(64) === subLayerWeight
}

/** FWPM_FILTER_ENUM_TEMPLATE0: all filters of a layer, of whichever provider, those of the boot and disabled ones too. */
export function layOutTemplate(layer: FilterLayer): Buffer {
  const bytes = Buffer.alloc(72)
  layerKeys[layer].copy(bytes, 8)
  bytes.writeUInt32LE(1, 24) // FWP_FILTER_ENUM_OVERLAPPING
  bytes.writeUInt32LE(0x8 | 0x10, 28) // FWP_FILTER_ENUM_FLAG_INCLUDE_BOOTTIME | INCLUDE_DISABLED
  bytes.writeUInt32LE(0xffffffff, 56) // whatever the action
  return bytes
}

export type FoundFilter = Readonly<{ id: bigint; filter: Filter }>

/** Null for what is in another sublayer and no matter of ours. */
export function parseFilter(bytes: Buffer, layer: FilterLayer, read: Read): FoundFilter | null {
  if (!bytes.subarray(at.subLayerKey, at.subLayerKey + 16).equals(subLayerKey)) return null
  const flag = bytes.readUInt32LE(at.flags)
  const count = Math.min(bytes.readUInt32LE(at.conditionCount), maxConditions)
  const list = count === 0 ? Buffer.alloc(0) : read(bytes.readBigUInt64LE(at.conditions), count * conditionBytes)
  const conditions = Array.from({ length: count }, (_, index) =>
    parseCondition(list.subarray(index * conditionBytes, (index + 1) * conditionBytes), read),
  )
  const action = bytes.readUInt32LE(at.action)
  const isKnown = action === actions.block || action === actions.permit
  const isBoot = (flag & flags.boot) !== 0
  // A filter that is switched off, lasts no longer than its session, or asks a driver, is never one of ours.
  const isOdd = !isKnown || (!isBoot && (flag & (flags.disabled | flags.persistent)) !== flags.persistent)
  return {
    id: bytes.readBigUInt64LE(at.filterId),
    filter: {
      name: 'found',
      layer,
      action: action === actions.block ? 'block' : 'permit',
      isHard: (flag & flags.clearActionRight) !== 0,
      lifetime: isBoot ? 'boot' : 'persistent',
      weight: parseWeight(bytes, read),
      conditions: isOdd ? [{ field: 'other', value: `flags ${flag}, action ${action}` }, ...conditions] : conditions,
    },
  }
}

/** A weight from 0 to 15 is the highest four bits of the 64 that the engine may give back ("Filter Weight Assignment"). */
function parseWeight(bytes: Buffer, read: Read): number {
  const type = bytes.readUInt32LE(at.weight)
  if (type === dataTypes.uint8) return bytes.readUInt8(at.weight + 8)
  if (type !== dataTypes.uint64) return -1
  return Number(read(bytes.readBigUInt64LE(at.weight + 8), 8).readBigUInt64LE(0) >> 60n)
}

function writeCondition(bytes: Buffer, condition: FilterCondition, point: AddressOf): void {
  if (condition.field === 'other') throw new TypeError(`wanted a condition of ours, came ${condition.value}`)
  fieldKeys[condition.field].copy(bytes, 0)
  bytes.writeUInt32LE(condition.field === 'loopback' ? matches.flagsAllSet : matches.equal, 16)
  const { type, value } = encodeValue(condition, point)
  bytes.writeUInt32LE(type, 24)
  bytes.writeBigUInt64LE(value, 32)
}

function encodeValue(condition: Exclude<FilterCondition, { field: 'other' }>, point: AddressOf) {
  switch (condition.field) {
    case 'loopback':
      return { type: dataTypes.uint32, value: BigInt(isLoopbackFlag) }
    case 'protocol':
      return { type: dataTypes.uint8, value: BigInt(condition.value) }
    case 'local-port':
    case 'remote-port':
      return { type: dataTypes.uint16, value: BigInt(condition.value) }
    case 'remote-address': {
      const address = addressBytes(condition.value)
      // IPv4 in the machine's order, IPv6 as it goes over the wire (FWP_VALUE0).
      if (address.length === 4) return { type: dataTypes.uint32, value: BigInt(address.readUInt32BE(0)) }
      return { type: dataTypes.byteArray16, value: point(address) }
    }
    case 'program': {
      const path = Buffer.from(condition.value, 'hex')
      const blob = Buffer.alloc(16)
      blob.writeUInt32LE(path.length, 0)
      blob.writeBigUInt64LE(point(path), 8)
      return { type: dataTypes.byteBlob, value: point(blob) }
    }
    default:
      return condition satisfies never
  }
}

function parseCondition(bytes: Buffer, read: Read): FilterCondition {
  const key = bytes.subarray(0, 16)
  const field = fields.find((one) => fieldKeys[one].equals(key))
  const match = bytes.readUInt32LE(16)
  const type = bytes.readUInt32LE(24)
  const value = bytes.readBigUInt64LE(32)
  const other: FilterCondition = { field: 'other', value: `${key.toString('hex')} ${match} ${type}` }
  if (field === undefined || match !== (field === 'loopback' ? matches.flagsAllSet : matches.equal)) return other
  if (field === 'loopback') return type === dataTypes.uint32 && value === BigInt(isLoopbackFlag) ? { field } : other
  if (field === 'program') {
    return type === dataTypes.byteBlob ? { field, value: readBlob(value, read).toString('hex') } : other
  }
  if (field === 'remote-address') {
    if (type === dataTypes.uint32) return { field, value: formatV4(Number(value & 0xffffffffn)) }
    return type === dataTypes.byteArray16 ? { field, value: formatV6(read(value, 16)) } : other
  }
  const width = field === 'protocol' ? dataTypes.uint8 : dataTypes.uint16
  return type === width ? { field, value: Number(value & (field === 'protocol' ? 0xffn : 0xffffn)) } : other
}

/** FWP_BYTE_BLOB: a length, then a pointer. */
export function readBlob(address: Address, read: Read): Buffer {
  const blob = read(address, 16)
  const length = blob.readUInt32LE(0)
  return length > maxBlobBytes ? Buffer.alloc(0) : Buffer.from(read(blob.readBigUInt64LE(8), length))
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const short = shortestAddress(address)
  const [head = '', tail = ''] = short.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const zeros = Array(short.includes('::') ? 8 - groups(head).length - groups(tail).length : 0).fill('0')
  const hex = [...groups(head), ...zeros, ...groups(tail)].map((group) => group.padStart(4, '0')).join('')
  return Buffer.from(hex, 'hex')
}

function formatV4(number: number): string {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.')
}

function formatV6(bytes: Buffer): string {
  return shortestAddress(Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':'))
}

function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le')
}
