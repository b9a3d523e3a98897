import { formatAddress } from './ip-address.ts'
import type { Route } from './network-state.ts'

/** Flags of linux/route.h and linux/ipv6_route.h. */
const routeUp = 0x1
const routeReject = 0x200
const localAddress = 0x80000000

/** `/proc/net/route` (main table): addresses are 32-bit words in the machine's byte order, little-endian here. */
export function parseProcNetRoute(text: string): readonly Route[] {
  return rowsOf(text)
    .filter(([, destination]) => /^[0-9A-F]{8}$/i.test(destination ?? ''))
    .flatMap(([link = '', destination = '', gateway = '', flags = '', , , , mask = '']) => {
      if (!isInForce(flags)) return []
      const to = `${littleEndianV4(destination)}/${countBits(mask)}`
      return [{ to, gateway: gateway === noGateway ? null : littleEndianV4(gateway), link }]
    })
}

/** `/proc/net/ipv6_route` (every table): plain hexadecimal; local addresses, groups and `lo` are no routes. */
export function parseProcNetIpv6Route(text: string): readonly Route[] {
  return rowsOf(text)
    .filter((row) => row.length === 10)
    .flatMap(([to = '', length = '', , , gateway = '', , , , flags = '', link = '']) => {
      const isLocal = (Number.parseInt(flags, 16) & localAddress) !== 0
      if (!isInForce(flags) || isLocal || link === 'lo' || to.startsWith('ff')) return []
      const route = { to: `${bigEndianV6(to)}/${Number.parseInt(length, 16)}`, link }
      return [{ ...route, gateway: /^0{32}$/.test(gateway) ? null : bigEndianV6(gateway) }]
    })
}

const noGateway = '00000000'

function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length > 7)
}

function isInForce(flags: string): boolean {
  const bits = Number.parseInt(flags, 16)
  return (bits & routeUp) !== 0 && (bits & routeReject) === 0
}

/** `0101A8C0` is 192.168.1.1. */
export function littleEndianV4(hex: string): string {
  const bytes = hex.match(/../g) ?? []
  return bytes
    .map((byte) => Number.parseInt(byte, 16))
    .toReversed()
    .join('.')
}

function bigEndianV6(hex: string): string {
  return formatAddress({ family: 6, value: BigInt(`0x${hex}`) })
}

function countBits(mask: string): number {
  return [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length
}
