/** A SID as text ("SID structure", winnt.h): `S-1-5-21-…`. '' where the bytes are none. */
export function formatSid(bytes: Buffer): string {
  const count = bytes[1] ?? 0
  if (bytes[0] !== 1 || bytes.length < 8 + count * 4) return ''
  const authority = bytes.readUIntBE(2, 6)
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + index * 4))
  return ['S', 1, authority, ...parts].join('-')
}
