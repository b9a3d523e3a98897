import { loadSystemLibrary } from './library.ts'
import { type Address, addressIn, addressOf, type OutAddress, readAddress, readBytes, withHeld } from './memory.ts'
import { checkWin32, Win32Error } from './win32-error.ts'

/** Tables of iphlpapi as they lie in memory; their rows are taken apart in `tables/`. */
const errorInsufficientBuffer = 122
const errorBufferOverflow = 111
const errorNotFound = 1168
const tries = 4
const firstBytes = 16_384

type Sizes = [number]
type Extended = (table: Buffer, size: Sizes, order: number, family: number, kind: number, reserved: number) => number
export type ExtendedTable = 'GetExtendedTcpTable' | 'GetExtendedUdpTable'

/** The table grows between two calls where connections come: it is asked again with what it wanted. */
export function readExtendedTable(name: ExtendedTable, family: number, kind: number): Buffer {
  const read: Extended = loadSystemLibrary('iphlpapi').func(
    `uint32_t __stdcall ${name}(void *table, _Inout_ uint32_t *size, int order, uint32_t family, int kind, uint32_t reserved)`,
  )
  return readGrowing(name, [errorInsufficientBuffer], (table, size) => read(table, size, 0, family, kind, 0))
}

export type MibTable = 'GetIfTable2' | 'GetIpForwardTable2' | 'GetIpNetTable2'
const families = { any: 0 } as const
const rowsAt = 8

/** A table that Windows allocates: the count, then rows of one size, from the eighth byte on. */
export function readMibTable(name: MibTable, rowBytes: number): readonly Buffer[] {
  const iphlpapi = loadSystemLibrary('iphlpapi')
  const pointer: OutAddress = [null]
  const code: number =
    name === 'GetIfTable2'
      ? iphlpapi.func('uint32_t __stdcall GetIfTable2(_Out_ uintptr_t *table)')(pointer)
      : iphlpapi.func(`uint32_t __stdcall ${name}(uint16_t family, _Out_ uintptr_t *table)`)(families.any, pointer)
  if (code === errorNotFound) return []
  checkWin32(code, name)
  const table = addressIn(pointer)
  try {
    const count = readBytes(table, 4).readUInt32LE(0)
    if (count === 0) return []
    return splitRows(readBytes(table + BigInt(rowsAt), count * rowBytes), rowBytes)
  } finally {
    iphlpapi.func('void __stdcall FreeMibTable(uintptr_t table)')(table)
  }
}

export function splitRows(bytes: Buffer, rowBytes: number): readonly Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_none, index) =>
    bytes.subarray(index * rowBytes, (index + 1) * rowBytes),
  )
}

type Adapters = (family: number, flags: number, reserved: null, addresses: Buffer, size: Sizes) => number
const skipAddresses = 0x7
/** Of IP_ADAPTER_ADDRESSES and IP_ADAPTER_DNS_SERVER_ADDRESS on 64-bit Windows (iptypes.h). */
const adapterAt = { index: 4, next: 8, firstNameServer: 48, friendlyName: 72 } as const
const serverAt = { next: 8, socketAddress: 16, socketLength: 24 } as const
const maxChain = 1_000

export type AdapterNameServers = Readonly<{ index: number; name: Address; addresses: readonly Buffer[] }>

/** `use` is called while the names still lie where they are told to. */
export function readAdapters<T>(use: (adapters: readonly AdapterNameServers[]) => T): T {
  const read: Adapters = loadSystemLibrary('iphlpapi').func(
    'uint32_t __stdcall GetAdaptersAddresses(uint32_t family, uint32_t flags, void *reserved, void *addresses, _Inout_ uint32_t *size)',
  )
  let held: Buffer = Buffer.alloc(0)
  readGrowing('GetAdaptersAddresses', [errorBufferOverflow], (table, size) => {
    held = table
    return read(families.any, skipAddresses, null, table, size)
  })
  const found: AdapterNameServers[] = []
  for (let at = addressOf(held); at !== 0n && found.length < maxChain; at = readAddress(at + BigInt(adapterAt.next))) {
    const head = readBytes(at, adapterAt.friendlyName + 8)
    found.push({
      index: head.readUInt32LE(adapterAt.index),
      name: head.readBigUInt64LE(adapterAt.friendlyName),
      addresses: serversFrom(head.readBigUInt64LE(adapterAt.firstNameServer)),
    })
  }
  return withHeld([held], () => use(found))
}

function serversFrom(first: Address): readonly Buffer[] {
  const found: Buffer[] = []
  for (let at = first; at !== 0n && found.length < maxChain; at = readAddress(at + BigInt(serverAt.next))) {
    const head = readBytes(at, serverAt.socketLength + 4)
    found.push(readBytes(head.readBigUInt64LE(serverAt.socketAddress), head.readInt32LE(serverAt.socketLength)))
  }
  return found
}

function readGrowing(what: string, more: readonly number[], read: (table: Buffer, size: Sizes) => number): Buffer {
  const size: Sizes = [firstBytes]
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const table = Buffer.alloc(size[0])
    const code = read(table, size)
    if (more.includes(code)) continue
    checkWin32(code, what)
    return table
  }
  throw new Win32Error(what, errorInsufficientBuffer)
}
