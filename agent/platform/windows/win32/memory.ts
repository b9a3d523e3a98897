import koffi from 'koffi'

/** An address in this process; 0 is none. */
export type Address = bigint

/** A copy: what the system owns is given back to it soon. */
export function readBytes(address: Address, length: number): Buffer {
  return Buffer.from(new Uint8Array(koffi.view(address, length)))
}

export function readAddress(address: Address): Address {
  return readBytes(address, 8).readBigUInt64LE(0)
}

/** UTF-16 up to its ending zero; '' for no address. */
export function readWideText(address: Address): string {
  if (address === 0n) return ''
  const text: unknown = koffi.decode(address, 'char16_t', -1)
  return typeof text === 'string' ? text : ''
}

/** Where a buffer of ours lies, for structures that point to it. The caller keeps it alive. */
export function addressOf(buffer: Buffer): Address {
  return BigInt(koffi.address(buffer))
}

/** Runs `use` while the buffers stay where they are, though nothing but an address points to them. */
export function withHeld<T>(buffers: readonly Buffer[], use: () => T): T {
  held.push(buffers)
  try {
    return use()
  } finally {
    held.pop()
  }
}
const held: (readonly Buffer[])[] = []

/** What koffi fills in for an `_Out_` pointer. */
export type OutAddress = [number | bigint | null]

export function addressIn(out: OutAddress): Address {
  return BigInt(out[0] ?? 0)
}
