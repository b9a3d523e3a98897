const families = { inet: 2, inet6: 23 } as const

/** SOCKADDR_INET (ws2ipdef.h) as text; '' for a family that is neither. */
export function socketAddressText(bytes: Buffer): string {
  const family = bytes.readUInt16LE(0)
  if (family === families.inet) return ipv4Text(bytes.subarray(4, 8))
  return family === families.inet6 ? ipv6Text(bytes.subarray(8, 24)) : ''
}

export function ipv4Text(bytes: Buffer): string {
  return [...bytes.subarray(0, 4)].join('.')
}

/** Eight groups, none left out: whoever compares brings it into one form. */
export function ipv6Text(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_none, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
}

export function isIpv6(bytes: Buffer): boolean {
  return bytes.readUInt16LE(0) === families.inet6
}

/** `00-15-5D-01-02-03` */
export function macText(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('-')
}

/** UTF-16 in a field of a fixed size. */
export function fixedText(bytes: Buffer): string {
  const text = bytes.toString('utf16le')
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}
