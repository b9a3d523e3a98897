/** An address of either family as one number; an IPv4 address written inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 one. */
export type Address = Readonly<{ family: 4 | 6; value: bigint }>

/** null for anything that is not one whole address; a zone (`%eth0`) and brackets are left aside. */
export function parseAddress(text: string): Address | null {
  const [bare = ''] = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .split('%')
  return bare.includes(':') ? parseV6(bare) : parseV4(bare)
}

/** Whether the address lies in `192.0.2.0/24`, or is `192.0.2.7` itself. False where either cannot be made out. */
export function isWithin(address: string, network: string): boolean {
  const [base = '', length] = network.split('/')
  const inner = parseAddress(address)
  const outer = parseAddress(base)
  if (inner === null || outer === null || inner.family !== outer.family) return false
  const bits = outer.family === 4 ? 32 : 128
  const prefix = length === undefined ? bits : Number(length)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits || length === '') return false
  const shift = BigInt(bits - prefix)
  return inner.value >> shift === outer.value >> shift
}

/** Its one spelling (RFC 5952), or the text as it came where it is no address. */
export function normalizeAddress(text: string): string {
  const address = parseAddress(text)
  return address === null ? text : formatAddress(address)
}

export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(value) : formatV6(value)
}

const ownNetworks = ['127.0.0.0/8', '::1/128'] as const
const noHostNetworks = ['0.0.0.0/32', '::/128', '224.0.0.0/4', 'ff00::/8', '255.255.255.255/32'] as const

export function isLoopback(address: string): boolean {
  return ownNetworks.some((network) => isWithin(address, network))
}

/** Neither the unspecified address, nor a group, nor this computer itself. */
export function isOtherHost(address: string): boolean {
  return !isLoopback(address) && !noHostNetworks.some((network) => isWithin(address, network))
}

export function isUnspecified(address: string): boolean {
  return parseAddress(address)?.value === 0n
}

function parseV4(text: string): Address | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null
  return { family: 4, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
}

const mappedPrefix = 0xffffn

function parseV6(text: string): Address | null {
  const groups = expandV6(text)
  if (groups === null || groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  const value = groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
  return value >> 32n === mappedPrefix ? { family: 4, value: value & 0xffffffffn } : { family: 6, value }
}

function expandV6(text: string): readonly string[] | null {
  const halves = withoutDots(text)?.split('::')
  if (halves === undefined || halves.length > 2) return null
  const [head = '', tail] = halves
  const before = head === '' ? [] : head.split(':')
  if (tail === undefined) return before
  const after = tail === '' ? [] : tail.split(':')
  const missing = 8 - before.length - after.length
  return missing < 1 ? null : [...before, ...Array<string>(missing).fill('0'), ...after]
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withoutDots(text: string): string | null {
  if (!text.includes('.')) return text
  const cut = text.lastIndexOf(':') + 1
  const v4 = parseV4(text.slice(cut))
  if (v4 === null) return null
  return `${text.slice(0, cut)}${(v4.value >> 16n).toString(16)}:${(v4.value & 0xffffn).toString(16)}`
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - index * 16)) & 0xffffn)
  const text = groups.map((group) => group.toString(16)).join(':')
  const runs = [...text.matchAll(/\b0(?::0)+\b/g)].map(({ 0: run, index }) => ({ run, index }))
  const [longest] = runs.toSorted((a, b) => b.run.length - a.run.length)
  if (longest === undefined) return text
  const head = text.slice(0, longest.index).replace(/:$/, '')
  const tail = text.slice(longest.index + longest.run.length).replace(/^:/, '')
  return `${head}::${tail}`
}
