import { createHash } from 'node:crypto'

/** Offsets of the PE format (learn.microsoft.com, "PE Format"). */
const peOffsetAt = 0x3c
const optionalHeaderAfter = 24
const checksumAfter = 64
const certificateEntryAfter = { 267: 128, 523: 144 } as const
const alignment = 8

/**
 * SHA-256 of an addon, hex. Of a library of Windows what a signature covers is counted ("Windows Authenticode Portable
 * Executable Signature Format"): the organisation that signs the package signs it without making it another one.
 */
export function digestAddon(bytes: Buffer): string {
  const hash = createHash('sha256')
  for (const part of isWindowsLibrary(bytes) ? partsBelowSignature(bytes) : [bytes]) hash.update(part)
  return hash.digest('hex')
}

function isWindowsLibrary(bytes: Buffer): boolean {
  return bytes.length > 512 && bytes.toString('latin1', 0, 2) === 'MZ'
}

/** Everything but the checksum, the entry that says where the signature is, and the signature at the end. */
function partsBelowSignature(bytes: Buffer): readonly Buffer[] {
  const header = bytes.readUInt32LE(peOffsetAt) + optionalHeaderAfter
  const magic = header + 2 < bytes.length ? bytes.readUInt16LE(header) : 0
  if (magic !== 0x10b && magic !== 0x20b) return [bytes]
  const [checksum, entry] = [header + checksumAfter, header + certificateEntryAfter[magic]]
  if (entry + 8 > bytes.length) return [bytes]
  const [at, size] = [bytes.readUInt32LE(entry), bytes.readUInt32LE(entry + 4)]
  const isUnsigned = at === 0 && size === 0
  // A signature with something behind it is none: the whole file counts.
  if (!isUnsigned && (at < entry || at + size !== bytes.length)) return [bytes]
  const end = isUnsigned ? bytes.length : at
  const padding = Buffer.alloc((alignment - (end % alignment)) % alignment)
  return [bytes.subarray(0, checksum), bytes.subarray(checksum + 4, entry), bytes.subarray(entry + 8, end), padding]
}
