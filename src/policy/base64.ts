/** Standard base64 with padding (RFC 4648 §4), which DSSE requires of its writers. */
export function encodeBase64(bytes: Uint8Array): string {
  const chunkBytes = 8192
  let binary = ''
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunkBytes))
  }
  return btoa(binary)
}

/** null for anything but exactly one canonical encoding: two texts must not stand for the same bytes. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return encodeBase64(bytes) === text ? bytes : null
}
