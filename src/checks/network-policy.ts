import type { Policy } from '../policy/schema.ts'
import { isWithin } from './ip-address.ts'

export type Permitted = Policy['network']['isolation']['permitted'][number]

/** A place on the network that the terminal reaches, or would. `port` null: as a gateway, whatever the port. */
export type Place = Readonly<{
  address: string
  protocol: 'tcp' | 'udp' | 'any'
  port: number | null
  /** Of the host itself or of the gateway on the way to it; null where it cannot be told. */
  mac: string | null
}>

/** `unknown`: it would be permitted if its MAC address were the one, which cannot be told. */
export function judgePlace(place: Place, permitted: readonly Permitted[]): 'permitted' | 'outside' | 'unknown' {
  const fitting = permitted.filter((one) => isFor(one, place))
  if (fitting.some(({ mac }) => mac === undefined || mac === place.mac)) return 'permitted'
  return fitting.length > 0 && place.mac === null ? 'unknown' : 'outside'
}

function isFor({ to, protocol, ports }: Permitted, place: Place): boolean {
  if (!isWithin(place.address, to)) return false
  if (place.port === null) return true
  const isProtocol = protocol === 'any' || place.protocol === 'any' || protocol === place.protocol
  return isProtocol && (ports.length === 0 || ports.includes(place.port))
}
