import { describe, expect, it } from 'vitest'
import {
  compareFilters,
  type Filter,
  type FilterCondition,
  type FilterLayer,
  filterLayers,
  planQuarantine,
  shortestAddress,
} from '../../../../agent/platform/windows/quarantine-filters.ts'

const agent = '5c00'
const other = '5d00'
const center = [
  { address: '10.1.0.5', port: 8443 },
  { address: 'FD00:0:0::5', port: 443 },
]
const plan = planQuarantine({ mode: 'on', center, resolvers: ['10.1.0.53', 'fd00::53'] }, agent)

type Packet = Readonly<{
  layer: FilterLayer
  protocol?: number
  address?: string
  localPort?: number
  remotePort?: number
  program?: string
  isLoopback?: boolean
}>
const tcp = 6
const udp = 17
const icmpv6 = 58

describe('a terminal that is cut off', () => {
  it.each<readonly [string, Packet, 'permit' | 'block']>([
    ['reaches the center', connect(tcp, '10.1.0.5', 8443, agent), 'permit'],
    ['reaches the center by IPv6', connect(tcp, 'fd00::5', 443, agent), 'permit'],
    ['reaches no other port of the center', connect(tcp, '10.1.0.5', 445, agent), 'block'],
    ['reaches no other address by the same port', connect(tcp, '10.1.0.6', 8443, agent), 'block'],
    ['lets no other program talk to the center', connect(tcp, '10.1.0.5', 8443, other), 'block'],
    ['sends no UDP to the center', connect(udp, '10.1.0.5', 8443, agent), 'block'],
    ['is not reached by the center, which never calls', accept(tcp, '10.1.0.5', 445), 'block'],
    ['asks a name server', connect(udp, '10.1.0.53', 53, other), 'permit'],
    ['asks a name server for a long answer', connect(tcp, 'fd00::53', 53, other), 'permit'],
    ['asks no other name server', connect(udp, '8.8.8.8', 53, agent), 'block'],
    ['reaches nothing else of the name server', connect(tcp, '10.1.0.53', 445, agent), 'block'],
    ['asks for an address', { ...connect(udp, '255.255.255.255', 67, other), localPort: 68 }, 'permit'],
    ['takes an address', { ...accept(udp, '10.1.0.1', 67), localPort: 68 }, 'permit'],
    ['asks for an address by IPv6', { ...connect(udp, 'ff02::1:2', 547, other), localPort: 546 }, 'permit'],
    ['sends nothing else to that port', { ...connect(udp, '10.1.0.1', 67, other), localPort: 4444 }, 'block'],
    ['finds its neighbours', icmp('connect-v6', 135), 'permit'],
    ['is found by them', icmp('accept-v6', 135), 'permit'],
    ['hears the router', icmp('accept-v6', 134), 'permit'],
    ['passes for no router itself', icmp('connect-v6', 134), 'block'],
    ['takes no redirect', icmp('accept-v6', 137), 'block'],
    ['pings nobody', icmp('connect-v6', 128), 'block'],
    ['pings nobody by IPv4', { layer: 'connect-v4', protocol: 1, address: '10.1.0.5', localPort: 8 }, 'block'],
    ['shares no files', accept(tcp, '10.1.0.9', 50_000), 'block'],
    ['talks to itself', { ...connect(tcp, '127.0.0.1', 5_985, other), isLoopback: true }, 'permit'],
    [
      'is talked to by itself',
      { layer: 'accept-v6', protocol: tcp, address: '::1', localPort: 445, isLoopback: true },
      'permit',
    ],
    ['is no way through', { layer: 'forward-v4', address: '10.1.0.5' }, 'block'],
    ['is no way through by IPv6', { layer: 'forward-v6', address: 'fd00::5' }, 'block'],
  ])('%s', (_name, packet, wanted) => {
    expect(decide(plan, packet, 'persistent').action).toBe(wanted)
  })

  it('blocks hard at every layer, so that no other firewall permits it after all', () => {
    for (const layer of filterLayers) {
      expect(decide(plan, { layer }, 'persistent')).toMatchObject({ action: 'block', isHard: true })
      expect(decide(plan, { layer }, 'boot')).toMatchObject({ action: 'block', isHard: true })
    }
  })

  it('keeps the way to the center though another firewall blocks it', () => {
    expect(decide(plan, connect(tcp, '10.1.0.5', 8443, agent), 'persistent')).toMatchObject({ isHard: true })
  })

  it('reaches nobody while it starts, and may have an address', () => {
    expect(decide(plan, connect(tcp, '10.1.0.5', 8443, agent), 'boot').action).toBe('block')
    expect(decide(plan, { ...accept(udp, '10.1.0.1', 67), localPort: 68 }, 'boot').action).toBe('permit')
  })

  it('lets every program talk to the center where the agent cannot be named, rather than none', () => {
    const nameless = planQuarantine({ mode: 'on', center, resolvers: [] }, null)
    expect(decide(nameless, connect(tcp, '10.1.0.5', 8443, other), 'persistent').action).toBe('permit')
    expect(decide(nameless, connect(tcp, '10.1.0.5', 445, other), 'persistent').action).toBe('block')
  })

  it('talks to itself alone where there is nobody to reach', () => {
    const alone = planQuarantine({ mode: 'on', center: [], resolvers: [] }, agent)
    const permitted = alone.filter(({ action }) => action === 'permit')
    expect(new Set(permitted.map(({ name }) => name))).toEqual(new Set(['loopback']))
    expect(decide(alone, { ...connect(udp, '10.1.0.1', 67, other), localPort: 68 }, 'persistent').action).toBe('block')
  })

  it.each([
    ['an address with a zone', { address: 'fe80::1%12', port: 443 }],
    ['a name', { address: 'center.example.jp', port: 443 }],
    ['everything', { address: '0.0.0.0/0', port: 443 }],
    ['no port', { address: '10.1.0.5', port: 0 }],
    ['a port that is none', { address: '10.1.0.5', port: 70_000 }],
  ])('is opened by no filter for %s', (_name, endpoint) => {
    const opened = planQuarantine({ mode: 'on', center: [endpoint], resolvers: [] }, agent)
    expect(opened).toEqual(planQuarantine({ mode: 'on', center: [], resolvers: [] }, agent))
  })
})

describe('what is found', () => {
  it('is whole though in another order and under other names', () => {
    const found = plan.map((filter) => ({ ...filter, name: 'found' })).reverse()
    expect(compareFilters(plan, found)).toEqual({ missing: [], foreign: 0 })
  })

  it('lacks what was taken away, by its name', () => {
    const found = plan.filter(({ name }) => name !== 'center 10.1.0.5 8443')
    expect(compareFilters(plan, found)).toEqual({ missing: ['center 10.1.0.5 8443'], foreign: 0 })
  })

  it.each<readonly [string, Partial<Filter>]>([
    ['permits', { action: 'permit' }],
    ['is no longer hard', { isHard: false }],
    ['only lasts until the engine runs', { lifetime: 'boot' }],
    ['is of another weight', { weight: 3 }],
    ['is for some packets only', { conditions: [{ field: 'protocol', value: tcp }] }],
    ['says what we never say', { conditions: [{ field: 'other', value: 'user' }] }],
  ])('is not ours where a block %s', (_name, change) => {
    const [first, ...rest] = plan.filter(({ action, lifetime }) => action === 'block' && lifetime === 'persistent')
    if (first === undefined) throw new Error('wanted a block')
    const found = [...plan.filter((one) => one !== first && !rest.includes(one)), ...rest, { ...first, ...change }]
    expect(compareFilters(plan, found)).toEqual({ missing: ['all else'], foreign: 1 })
  })

  it('is not whole where one stands twice', () => {
    expect(compareFilters(plan, [...plan, ...plan.slice(0, 1)])).toEqual({ missing: [], foreign: 1 })
  })
})

describe('an address', () => {
  it.each([
    ['FD00:0:0:0::5', 'fd00::5'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['10.0.0.1', '10.0.0.1'],
  ])('%s has one form', (address, wanted) => {
    expect(shortestAddress(address)).toBe(wanted)
  })
})

function connect(protocol: number, address: string, remotePort: number, program: string): Packet {
  return { layer: address.includes(':') ? 'connect-v6' : 'connect-v4', protocol, address, remotePort, program }
}

function accept(protocol: number, address: string, remotePort: number): Packet {
  return { layer: address.includes(':') ? 'accept-v6' : 'accept-v4', protocol, address, remotePort, localPort: 445 }
}

function icmp(layer: FilterLayer, type: number): Packet {
  return { layer, protocol: icmpv6, address: 'fe80::1', localPort: type }
}

/** As within one sublayer ("Filter Arbitration"): the heaviest filter that matches decides. */
function decide(filters: readonly Filter[], packet: Packet, lifetime: Filter['lifetime']): Filter {
  const [first] = filters
    .filter((filter) => filter.layer === packet.layer && filter.lifetime === lifetime)
    .filter(({ conditions }) => conditions.every((condition) => matches(condition, packet)))
    .sort((a, b) => b.weight - a.weight)
  if (first === undefined) throw new Error(`nothing decides at ${packet.layer}`)
  return first
}

function matches(condition: FilterCondition, packet: Packet): boolean {
  switch (condition.field) {
    case 'loopback':
      return packet.isLoopback === true
    case 'protocol':
      return packet.protocol === condition.value
    case 'local-port':
      return packet.localPort === condition.value
    case 'remote-port':
      return packet.remotePort === condition.value
    case 'remote-address':
      return packet.address === condition.value
    case 'program':
      return packet.program === condition.value
    case 'other':
      throw new Error('no plan says this')
    default:
      return condition satisfies never
  }
}
