/** By its byte-order mark, else as UTF-8, else as code page 932, which Japanese Windows writes where nobody asked otherwise. */
export function decodeText(bytes: Uint8Array): string {
  const [a, b, c] = bytes
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder('utf-8').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // WHATWG Encoding Standard: "shift_jis" is code page 932, with the extensions of NEC and IBM.
    return new TextDecoder('shift_jis').decode(bytes)
  }
}
