import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Endpoint } from '../../platform/platform.ts'

/** Where the center is. `name` null: it is known by its address, and no name server is needed. */
export type CenterPlace = Readonly<{ endpoints: readonly Endpoint[]; name: string | null }>

const defaultPort = 443
const lookupMs = 5_000

/** Null without a center. A name that cannot be looked up now gives no endpoint; the last ones known must do. */
export async function findCenter(url: string | null): Promise<CenterPlace | null> {
  if (url === null) return null
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const number = port === '' ? defaultPort : Number(port)
  if (isIP(host) !== 0) return { endpoints: [{ address: host, port: number }], name: null }
  const found = await lookUp(host)
  return { endpoints: found.map((address) => ({ address, port: number })), name: host }
}

async function lookUp(host: string): Promise<readonly string[]> {
  try {
    const { promise: late, cancel } = afterMs(lookupMs)
    const found = await Promise.race([lookup(host, { all: true }), late]).finally(cancel)
    return found.map(({ address }) => address).sort()
  } catch {
    return [] // cut off, or the name server is silent: asked again at the next look
  }
}

function afterMs(delayMs: number): Readonly<{ promise: Promise<never[]>; cancel: () => void }> {
  let cancel: () => void = () => undefined
  const promise = new Promise<never[]>((resolve) => {
    const timer = setTimeout(() => resolve([]), delayMs)
    cancel = () => clearTimeout(timer)
  })
  return { promise, cancel }
}
