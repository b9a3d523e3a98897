import { guidBytes } from './com.ts'
import { loadSystemLibrary } from './library.ts'
import { type Address, readBytes, readWideText } from './memory.ts'

/** `object`: an interface, which whoever asked must release. 64-bit numbers are decimal text, dates ISO 8601 in UTC. */
export type VariantValue = null | string | number | boolean | readonly VariantValue[] | Readonly<{ object: Address }>

/** VARIANT on 64-bit Windows (oaidl.h). */
export const variantBytes = 24

/** What a VARIANT points to, as a copy. */
export type VariantMemory = Readonly<{
  readBytes(address: Address, length: number): Buffer
  readWideText(address: Address): string
}>
const ownMemory: VariantMemory = { readBytes, readWideText }

/** VARENUM (wtypes.h). */
const types = {
  empty: 0,
  null: 1,
  i2: 2,
  i4: 3,
  r4: 4,
  r8: 5,
  date: 7,
  bstr: 8,
  dispatch: 9,
  bool: 11,
  variant: 12,
  unknown: 13,
  i1: 16,
  ui1: 17,
  ui2: 18,
  ui4: 19,
  i8: 20,
  ui8: 21,
  int: 22,
  uint: 23,
} as const
const array = 0x2000
const byReference = 0x4000
const maxElements = 65_536

export function decodeVariant(bytes: Buffer, memory: VariantMemory = ownMemory): VariantValue {
  const type = bytes.readUInt16LE(0)
  if ((type & byReference) !== 0) return null
  if ((type & array) !== 0) return decodeArray(type & 0xfff, bytes.readBigUInt64LE(8), memory)
  return decodeElement(type, bytes.subarray(8), memory)
}

function decodeElement(type: number, at: Buffer, memory: VariantMemory): VariantValue {
  return (readers.get(type) ?? nothing)(at, memory)
}

type Reader = (at: Buffer, memory: VariantMemory) => VariantValue
const nothing: Reader = () => null
const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [types.i2, (at) => at.readInt16LE(0)],
  [types.i4, (at) => at.readInt32LE(0)],
  [types.int, (at) => at.readInt32LE(0)],
  [types.r4, (at) => finite(at.readFloatLE(0))],
  [types.r8, (at) => finite(at.readDoubleLE(0))],
  [types.date, (at) => dateOf(at.readDoubleLE(0))],
  [types.bstr, (at, memory) => memory.readWideText(at.readBigUInt64LE(0))],
  [types.dispatch, objectAt],
  [types.bool, (at) => at.readInt16LE(0) !== 0],
  [types.variant, (at, memory) => decodeVariant(at, memory)],
  [types.unknown, objectAt],
  [types.i1, (at) => at.readInt8(0)],
  [types.ui1, (at) => at.readUInt8(0)],
  [types.ui2, (at) => at.readUInt16LE(0)],
  [types.ui4, (at) => at.readUInt32LE(0)],
  [types.uint, (at) => at.readUInt32LE(0)],
  [types.i8, (at) => String(at.readBigInt64LE(0))],
  [types.ui8, (at) => String(at.readBigUInt64LE(0))],
])

/** SAFEARRAY of one dimension (oaidl.h): size of an element at 4, the data at 16, how many at 24. */
function decodeArray(type: number, address: Address, memory: VariantMemory): VariantValue {
  if (address === 0n) return null
  const head = memory.readBytes(address, 32)
  if (head.readUInt16LE(0) !== 1) return null
  const [size, count] = [head.readUInt32LE(4), Math.min(head.readUInt32LE(24), maxElements)]
  if (count === 0 || size === 0) return []
  const data = memory.readBytes(head.readBigUInt64LE(16), size * count)
  return Array.from({ length: count }, (_none, index) =>
    decodeElement(type, data.subarray(index * size, (index + 1) * size), memory),
  )
}

function objectAt(at: Buffer): VariantValue {
  const object = at.readBigUInt64LE(0)
  return object === 0n ? null : { object }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Days since 30 December 1899, as OLE counts; 0 is no date. */
function dateOf(days: number): string | null {
  if (!Number.isFinite(days) || days <= 0 || days > 2_958_466) return null
  return new Date(Math.round((days - 25_569) * 86_400_000)).toISOString()
}

/** A VARIANT that holds a text, a 32-bit number or true/false; `free` gives its memory back. */
export function encodeVariant(value: string | number | boolean): Readonly<{ bytes: Buffer; free(): void }> {
  const bytes = Buffer.alloc(variantBytes)
  if (typeof value === 'string') {
    const text = createBstr(value)
    bytes.writeUInt16LE(types.bstr, 0)
    bytes.writeBigUInt64LE(text, 8)
    return { bytes, free: () => freeBstr(text) }
  }
  bytes.writeUInt16LE(typeof value === 'boolean' ? types.bool : types.i4, 0)
  if (typeof value === 'boolean') bytes.writeInt16LE(value ? -1 : 0, 8)
  else bytes.writeInt32LE(value, 8)
  return { bytes, free: () => undefined }
}

/** Gives back what a VARIANT holds. */
export function clearVariant(bytes: Buffer): void {
  clear ??= oleAutomation().func('int32_t __stdcall VariantClear(void *variant)')
  clear(bytes)
}
let clear: ((variant: Buffer) => number) | null = null

export function createBstr(text: string): Address {
  allocate ??= oleAutomation().func('uintptr_t __stdcall SysAllocString(str16 text)')
  return BigInt(allocate(text))
}
let allocate: ((text: string) => number | bigint) | null = null

export function freeBstr(text: Address): void {
  free ??= oleAutomation().func('void __stdcall SysFreeString(uintptr_t text)')
  free(text)
}
let free: ((text: Address) => void) | null = null

export const noInterface = guidBytes('00000000-0000-0000-0000-000000000000')

function oleAutomation() {
  return loadSystemLibrary('oleaut32')
}
