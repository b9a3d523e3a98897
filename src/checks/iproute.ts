import { z } from 'zod'
import { normalizeAddress } from './ip-address.ts'
import { type Neighbour, normalizeMac, type Route } from './network-state.ts'

const hopSchema = z.object({ gateway: z.string().optional(), dev: z.string().optional() })
const routesSchema = z.array(
  hopSchema.extend({
    type: z.string().optional(),
    dst: z.string(),
    via: z.object({ host: z.string() }).optional(),
    nexthops: z.array(hopSchema).optional(),
  }),
)
const neighboursSchema = z.array(
  z.object({
    dst: z.string(),
    dev: z.string().optional(),
    lladdr: z.string().optional(),
    state: z.array(z.string()).optional(),
  }),
)

/** `ip -json route show table all` of iproute2: what lies in other tables too (a VPN's own). Null where it is no such list. */
export function parseIpRoutes(text: string, family: 4 | 6): readonly Route[] | null {
  const routes = parseJson(text, routesSchema)
  if (routes === null) return null
  return routes
    .filter(({ type }) => type === undefined || type === 'unicast')
    .flatMap(({ dst, nexthops, via, ...hop }) =>
      (nexthops ?? [hop]).map(({ gateway = via?.host, dev = '' }) => ({
        to: destinationOf(dst, family),
        gateway: gateway === undefined ? null : normalizeAddress(gateway),
        link: dev,
      })),
    )
    .filter(({ link, to }) => link !== 'lo' && !to.startsWith('ff00:'))
}

/** `ip -json neigh`: both families. */
export function parseIpNeighbours(text: string): readonly Neighbour[] | null {
  const rows = parseJson(text, neighboursSchema)
  if (rows === null) return null
  return rows.flatMap(({ dst, dev = '', lladdr = '', state = [] }) => {
    const mac = normalizeMac(lladdr)
    return mac === null || state.includes('FAILED') ? [] : [{ address: normalizeAddress(dst), mac, link: dev }]
  })
}

/** `/proc/net/arp`: flag 0x2 says that the entry is complete. */
export function parseProcNetArp(text: string): readonly Neighbour[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([address = '', , flags = '', hardware = '', , link = '']) => {
      const mac = normalizeMac(hardware)
      return mac === null || (Number.parseInt(flags, 16) & 0x2) === 0 ? [] : [{ address, mac, link }]
    })
}

function destinationOf(dst: string, family: 4 | 6): string {
  if (dst === 'default') return family === 4 ? '0.0.0.0/0' : '::/0'
  const [address = '', length = family === 4 ? '32' : '128'] = dst.split('/')
  return `${normalizeAddress(address)}/${length}`
}

/** iproute2 prints nothing at all, not even brackets, where there is nothing to list. */
function parseJson<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(text.trim() === '' ? '[]' : text))
  } catch {
    return null // another version's shape: the files of /proc answer instead
  }
}
