import { describe, expect, it } from 'vitest'
import { parseIpNeighbours, parseIpRoutes, parseProcNetArp } from '../../src/checks/iproute.ts'
import { parseProcNetIpv6Route, parseProcNetRoute } from '../../src/checks/proc-net-route.ts'
import { parseProcNetSockets } from '../../src/checks/proc-net-socket.ts'

/** Read on Debian 12, Linux 6.18: addresses of the documentation ranges are the machine's own. */
const route4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`
const route6 = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
fd000000000000000000000000000002 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000003 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`

describe('routes', () => {
  it('reads /proc/net/route: the default route and the own wire', () => {
    expect(parseProcNetRoute(route4)).toEqual([
      { to: '0.0.0.0/0', gateway: '192.0.2.1', link: 'eth0' },
      { to: '192.0.2.0/24', gateway: null, link: 'eth0' },
    ])
  })

  it('leaves out what is refused (RTF_REJECT) or not up', () => {
    const text = `${route4}*	0000000A	00000000	0201	0	0	0	000000FF	0	0	0\neth1	0000000A	00000000	0000	0	0	0	000000FF	0	0	0\n`
    expect(parseProcNetRoute(text)).toHaveLength(2)
  })

  it('reads /proc/net/ipv6_route without own addresses, groups and the unreachable route', () => {
    expect(parseProcNetIpv6Route(route6)).toEqual([
      { to: 'fd00::/64', gateway: null, link: 'eth0' },
      { to: '::/0', gateway: 'fd00::1', link: 'eth0' },
    ])
  })

  it('reads iproute2, both hops of a multipath route, and no local or unreachable ones', () => {
    // Shape of `ip -json route show table all`, iproute2 6.1; the multipath row as iproute2 prints `nexthops`.
    const text = JSON.stringify([
      { dst: 'default', gateway: '192.0.2.1', dev: 'eth0', flags: [] },
      {
        dst: '10.0.0.0/8',
        flags: [],
        nexthops: [
          { gateway: '192.0.2.2', dev: 'eth0' },
          { gateway: '198.51.100.1', dev: 'eth1' },
        ],
      },
      { type: 'local', dst: '192.0.2.2', dev: 'eth0', table: 'local', flags: [] },
      { type: 'unreachable', dst: '172.16.0.0/12', flags: [] },
      { dst: '198.51.100.7', dev: 'eth1', flags: [] },
    ])
    expect(parseIpRoutes(text, 4)).toEqual([
      { to: '0.0.0.0/0', gateway: '192.0.2.1', link: 'eth0' },
      { to: '10.0.0.0/8', gateway: '192.0.2.2', link: 'eth0' },
      { to: '10.0.0.0/8', gateway: '198.51.100.1', link: 'eth1' },
      { to: '198.51.100.7/32', gateway: null, link: 'eth1' },
    ])
  })

  it.each(['Cannot open netlink socket', '{"dst":"default"}', '[{"gateway":1}]'])('does not guess at %j', (text) => {
    expect(parseIpRoutes(text, 4)).toBeNull()
  })

  it('takes nothing at all for an empty list: that is how iproute2 says so', () => {
    expect(parseIpRoutes('', 6)).toEqual([])
  })
})

describe('neighbours', () => {
  it('reads /proc/net/arp, complete entries only', () => {
    const text = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
`
    expect(parseProcNetArp(text)).toEqual([{ address: '192.0.2.1', mac: '02:fc:00:00:00:05', link: 'eth0' }])
  })

  it('reads iproute2, and not those that never answered', () => {
    const text =
      '[{"dst":"192.0.2.1","dev":"eth0","lladdr":"02:fc:00:00:00:05","state":["REACHABLE"]},{"dst":"fd00::1","dev":"eth0","state":["FAILED"]}]'
    expect(parseIpNeighbours(text)).toEqual([{ address: '192.0.2.1', mac: '02:fc:00:00:00:05', link: 'eth0' }])
  })
})

describe('sockets', () => {
  const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const rest = '00000000:00000000 00:00000000 00000000     0        0 47407 1 0000000086397b75 100 0 0 10 0'

  it.each([
    ['0100007F:9CB1 00000000:0000 0A', 'listening', '127.0.0.1', 40113, '0.0.0.0', 0],
    ['00000000:07E8 00000000:0000 0A', 'listening', '0.0.0.0', 2024, '0.0.0.0', 0],
    ['020200C0:BD34 507100CB:0050 01', 'established', '192.0.2.2', 48436, '203.0.113.80', 80],
    ['020200C0:BD34 507100CB:0050 02', 'opening', '192.0.2.2', 48436, '203.0.113.80', 80],
    [
      'B80D0120000000000000000001000000:01BB B80D0120000000000000000002000000:C350 01',
      'established',
      '2001:db8::1',
      443,
      '2001:db8::2',
      50000,
    ],
    [
      '0000000000000000FFFF0000020200C0:0016 0000000000000000FFFF0000507100CB:C350 01',
      'established',
      '192.0.2.2',
      22,
      '203.0.113.80',
      50000,
    ],
  ])('%s', (text, state, local, localPort, remote, remotePort) => {
    const [socket] = parseProcNetSockets(`${header}   0: ${text} ${rest}\n`, 'tcp')
    expect(socket).toEqual({ protocol: 'tcp', state, local, localPort, remote, remotePort, program: '', uid: 0 })
  })

  it('leaves out what is being closed', () => {
    expect(parseProcNetSockets(`${header}   3: 020200C0:BD34 507100CB:0050 06 ${rest}\n`, 'tcp')).toEqual([])
  })

  it('a UDP socket without a peer listens, one with a peer is connected', () => {
    const text = `${header}  1: 00000000:00A1 00000000:0000 07 ${rest}\n  2: 020200C0:D431 35FFFF0A:0035 01 ${rest}\n`
    expect(parseProcNetSockets(text, 'udp').map(({ state, remote }) => [state, remote])).toEqual([
      ['listening', '0.0.0.0'],
      ['established', '10.255.255.53'],
    ])
  })
})
