import { describe, expect, it } from 'vitest'
import { netApprovedOnly } from '../../src/checks/net.approved-only.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { type Grant, grantSchema } from '../../src/policy/grant.ts'
import { factsOf, file, folder, judgeRaws, lost, output, readRaws, rows } from './one-check.ts'

const oneRoute = readRaws('network/one-route')
const gatewayMac = /"lladdr":"([^"]+)"/.exec(JSON.stringify(oneRoute.neighbours).replaceAll('\\', ''))?.[1] ?? ''

describe('net.approved-only on Linux, from what was read of network namespaces', () => {
  it.each([
    ['one default route', 'one-route', 'pass', '許可されたネットワークだけに接続しています'],
    [
      'a second default route on another interface',
      'second-route',
      'fail',
      '同時に2つのネットワークに接続しています: eth0（仮想、ゲートウェイ 198.51.100.1）、eth1（仮想、ゲートウェイ 203.0.113.1）',
    ],
    [
      'a VPN that lays two halves over the default route',
      'tun',
      'fail',
      '同時に2つのネットワークに接続しています: eth0（仮想、ゲートウェイ 198.51.100.1）、tun0（VPN等のトンネル）',
    ],
    [
      'a VPN whose default route is in a table of its own, unseen in /proc/net/route',
      'vpn-table',
      'fail',
      '同時に2つのネットワークに接続しています: eth0（仮想、ゲートウェイ 198.51.100.1）、tun0（VPN等のトンネル）',
    ],
  ])('%s', (_, name, outcome, reason) => {
    const judgement = judgeRaws(netApprovedOnly, readRaws(`network/${name}`))
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([outcome, reason])
  })

  it('the finding keeps its key while the two networks are the same', () => {
    expect(judgeRaws(netApprovedOnly, readRaws('network/second-route'))?.items.map(({ key }) => key)).toEqual([
      'networks:eth0+eth1',
    ])
  })

  it('two networks may be joined where the policy says so, and then nothing else is asked', () => {
    const sections = { network: { singleNetwork: false, wireless: 'allow' } }
    expect(judgeRaws(netApprovedOnly, readRaws('network/second-route'), { sections })).toBeNull()
  })

  it.each([
    ['the gateway is listed by its IP', ['198.51.100.1'], 'pass'],
    ['the gateway is listed by its MAC', [gatewayMac], 'pass'],
    ['another gateway is listed by its IP', ['198.51.100.254'], 'fail'],
    ['another gateway is listed by its MAC', ['00:00:5e:00:53:01'], 'fail'],
  ])('%s', (_, gateways, outcome) => {
    expect(judgeRaws(netApprovedOnly, oneRoute, { sections: { network: { gateways } } })?.outcome).toBe(outcome)
  })

  it('a gateway whose MAC is not known yet is not told to be a stranger', () => {
    const raws = { ...oneRoute, neighbours: output('[]') }
    const sections = { network: { gateways: ['00:00:5e:00:53:01'] } }
    const judgement = judgeRaws(netApprovedOnly, raws, { sections })
    expect(judgement?.outcome).toBe('unknown')
    expect(judgement?.reason.ja).toContain('ゲートウェイ 198.51.100.1（eth0）のMACアドレスが分からず')
  })

  it('a grant in force for the gateway permits it, an expired one does not', () => {
    const sections = { network: { gateways: ['192.0.2.1'] } }
    const permitted = judgeRaws(netApprovedOnly, oneRoute, { sections, grants: [grantFor({ gateway: gatewayMac })] })
    const expired = judgeRaws(netApprovedOnly, oneRoute, {
      sections,
      grants: [grantFor({ gateway: gatewayMac }, '2026-11-20T00:00:00Z')],
    })
    expect([permitted?.outcome, expired?.outcome]).toEqual(['pass', 'fail'])
  })

  it.each([
    ['links', '/sys/class/net: EACCES'],
    ['routes4', '/proc/net/route: EACCES'],
  ])('cannot be told where %s cannot be read', (name, detail) => {
    const raws: Raws = {
      ...oneRoute,
      allRoutes4: lost('missing', 'ip: no such program'),
      [name]: lost('denied', detail),
    }
    const judgement = judgeRaws(netApprovedOnly, raws)
    expect(judgement?.outcome).toBe('unknown')
    expect(judgement?.reason.ja).toContain(detail)
  })

  it('goes on with /proc where `ip` is not installed', () => {
    const missing = lost('missing', 'ip: no such program')
    const raws = { ...readRaws('network/second-route'), allRoutes4: missing, allRoutes6: missing, neighbours: missing }
    expect(judgeRaws(netApprovedOnly, raws)?.items.map(({ key }) => key)).toEqual(['networks:eth0+eth1'])
  })

  it('a terminal without IPv6 is judged by IPv4', () => {
    const raws = { ...oneRoute, allRoutes6: output('', 1), routes6: lost('missing', 'ENOENT') }
    expect(judgeRaws(netApprovedOnly, raws)?.outcome).toBe('pass')
  })
})

describe('interfaces', () => {
  const wired = link('enp0s25', { uevent: 'INTERFACE=enp0s25\n', entries: ['device@'], mac: '00:00:5e:00:53:11' })
  const phone = link('usb0', {
    entries: ['device@'],
    mac: '00:00:5e:00:53:22',
    device: 'DEVTYPE=usb_interface\nDRIVER=rndis_host\nPRODUCT=4e8/6863/404\n',
  })

  it('a phone that shares its line by USB is a second network before it has a default route', () => {
    const raws = terminal([wired, phone], [defaultBy('enp0s25', '192.0.2.1'), onLink('usb0', '192.168.42.0/24')])
    expect(judgeRaws(netApprovedOnly, raws)?.reason.ja).toBe(
      '同時に2つのネットワークに接続しています: enp0s25（有線、ゲートウェイ 192.0.2.1）、usb0（USB接続の有線）',
    )
  })

  it('a tunnel that leads only to its own network is a second network', () => {
    const tunnel = link('tun0', { entries: ['tun_flags'] })
    const raws = terminal([wired, tunnel], [defaultBy('enp0s25', '192.0.2.1'), onLink('tun0', '10.8.0.0/24')])
    expect(judgeRaws(netApprovedOnly, raws)?.items.map(({ key }) => key)).toEqual(['networks:enp0s25+tun0'])
  })

  it('a tunnel that has only its link-local address leads nowhere', () => {
    const tunnel = link('tun0', { entries: ['tun_flags'] })
    const raws = terminal([wired, tunnel], [defaultBy('enp0s25', '192.0.2.1'), onLink('tun0', '169.254.0.0/16')])
    expect(judgeRaws(netApprovedOnly, raws)?.outcome).toBe('pass')
  })

  it('a second wired interface that leads nowhere is no second network', () => {
    const printer = link('enp3s0', { entries: ['device@'], mac: '00:00:5e:00:53:33' })
    const raws = terminal([wired, printer], [defaultBy('enp0s25', '192.0.2.1'), onLink('enp3s0', '198.51.100.0/24')])
    expect(judgeRaws(netApprovedOnly, raws)?.outcome).toBe('pass')
  })

  it('an interface that is up must be listed where there is a list; one that is down need not', () => {
    const idle = link('enp3s0', { entries: ['device@'], mac: '00:00:5e:00:53:33', state: 'down' })
    const raws = terminal([wired, phone, idle], [defaultBy('enp0s25', '192.0.2.1')])
    const sections = { network: { adapters: ['00:00:5e:00:53:11'] } }
    expect(judgeRaws(netApprovedOnly, raws, { sections })?.items).toEqual([
      {
        key: 'adapter:00:00:5e:00:53:22',
        text: {
          ja: '登録されていない通信機器が接続中です: usb0（USB接続の有線、00:00:5e:00:53:22）',
          en: 'a network adapter that is not listed is up: usb0 (wired on USB, 00:00:5e:00:53:22)',
        },
      },
    ])
  })

  it.each([
    ['two IPv4 gateways on one wire', ['192.0.2.1', '192.0.2.2'], [], 'fail'],
    [
      'two IPv4 gateways on one wire that are both listed',
      ['192.0.2.1', '192.0.2.2'],
      ['192.0.2.1', '192.0.2.2'],
      'pass',
    ],
    ['two IPv6 routers that announce themselves on one wire', ['fe80::1', 'fe80::2'], [], 'pass'],
  ])('%s', (_, hops, gateways, outcome) => {
    const raws = terminal(
      [wired],
      hops.map((hop) => defaultBy('enp0s25', hop)),
    )
    expect(judgeRaws(netApprovedOnly, raws, { sections: { network: { gateways } } })?.outcome).toBe(outcome)
  })
})

describe('wireless', () => {
  const radio = link('wlp2s0', { uevent: 'DEVTYPE=wlan\nINTERFACE=wlp2s0\n', entries: ['device@', 'wireless/'] })
  const joined = {
    ...terminal([radio], [defaultBy('wlp2s0', '192.0.2.1')]),
    radios: folder('phy0@'),
    // `iw dev` of iw 5.19, shape from its source (interface.c); bytes off ASCII are printed as \x…
    iw: output(
      'phy#0\n\tInterface wlp2s0\n\t\tifindex 3\n\t\ttype managed\n\t\tssid \\xe7\\x94\\xba\\xe5\\xbd\\xb9\\xe5\\xa0\\xb4\n',
    ),
  }

  it.each([
    ['no wireless is permitted', { wireless: 'block' }, 'fail', '禁止されている無線LANに接続しています: 「町役場」'],
    [
      'another name is permitted',
      { wireless: 'listed', ssids: ['支所'] },
      'fail',
      '許可されていない無線LANに接続しています: 「町役場」',
    ],
    [
      'this name is permitted',
      { wireless: 'listed', ssids: ['町役場'] },
      'pass',
      '許可されたネットワークだけに接続しています',
    ],
    ['every wireless is permitted', { wireless: 'allow' }, 'pass', '許可されたネットワークだけに接続しています'],
  ])('%s', (_, network, outcome, reason) => {
    const judgement = judgeRaws(netApprovedOnly, joined, { sections: { network } })
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([outcome, reason])
  })

  it('a grant for the name permits it even where wireless is blocked', () => {
    expect(judgeRaws(netApprovedOnly, joined, { grants: [grantFor({ ssid: '町役場' })] })?.outcome).toBe('pass')
  })

  it('cannot tell whether the network is listed where nothing tells its name', () => {
    const raws = { ...joined, iw: lost('missing'), nmcli: lost('missing'), wpaStatus: lost('missing') }
    const judgement = judgeRaws(netApprovedOnly, raws, { sections: { network: { wireless: 'listed' } } })
    expect(judgement?.outcome).toBe('unknown')
    expect(judgement?.reason.ja).toContain('接続先の名称（SSID）を確認できません')
  })

  it('mobile data is wireless too', () => {
    const modem = link('wwan0', { uevent: 'DEVTYPE=wwan\n', entries: ['device@'] })
    const judgement = judgeRaws(netApprovedOnly, terminal([modem], [defaultBy('wwan0', '10.64.0.1')]))
    expect(judgement?.reason.ja).toBe('許可されていない無線の接続があります: wwan0（携帯回線）')
  })
})

describe('net.approved-only on Windows', () => {
  /**
   * Rows of the tables `interfaces`, `routes` and `neighbours` (MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_IPNET_ROW2), by the
   * column names of MSFT_NetAdapter, MSFT_NetRoute and MSFT_NetNeighbor; the names are those of a Japanese Windows.
   */
  const ethernet = {
    Name: 'イーサネット',
    InterfaceDescription: 'Intel(R) Ethernet Connection I217-LM',
    InterfaceIndex: 5,
    InterfaceType: 6,
    PermanentAddress: '00005E005311',
    NdisPhysicalMedium: 14,
    Virtual: false,
    MediaConnectState: 1,
    InterfaceOperationalStatus: 1,
    PnPDeviceID: 'PCI\\VEN_8086&DEV_153A&SUBSYS_05A41028&REV_04\\3&11583659&0&C8',
  }
  const tether = {
    ...ethernet,
    Name: 'ｲｰｻﾈｯﾄ 2',
    InterfaceDescription: 'Remote NDIS Compatible Device',
    InterfaceIndex: 9,
    PermanentAddress: '00-00-5E-00-53-22',
    PnPDeviceID: 'USB\\VID_04E8&PID_6863&MI_00\\6&2A3B&0&0000',
  }
  const route = (index: number, to: string, hop: string, store = 1) => ({
    DestinationPrefix: to,
    NextHop: hop,
    InterfaceIndex: index,
    InterfaceAlias: '',
    Store: store,
  })
  const base: Raws = {
    adapters: rows(ethernet, { ...tether, MediaConnectState: 2, InterfaceOperationalStatus: 2 }),
    routes: rows(
      route(5, '0.0.0.0/0', '192.0.2.1'),
      route(5, '192.0.2.0/24', '0.0.0.0'),
      route(5, '192.0.2.33/32', '0.0.0.0'),
      route(5, '224.0.0.0/4', '0.0.0.0'),
      route(1, '127.0.0.0/8', '0.0.0.0'),
    ),
    neighbours: rows({ IPAddress: '192.0.2.1', LinkLayerAddress: '00-00-5E-00-53-FE', InterfaceIndex: 5 }),
    connections: rows({ Name: '役場LAN', InterfaceIndex: 5, InterfaceAlias: 'イーサネット' }),
    profiles: lost('missing', 'ENOENT'),
  }

  it('one wired network', () => {
    expect(judgeRaws(netApprovedOnly, base, { system: 'windows' })?.outcome).toBe('pass')
    expect(factsOf(netApprovedOnly, base, { system: 'windows' })).toMatchObject({
      facts: {
        links: [
          { name: 'イーサネット', kind: 'wired', mac: '00:00:5e:00:53:11', isUp: true, isUsb: false },
          { name: 'ｲｰｻﾈｯﾄ 2', isUp: false, isUsb: true },
        ],
        routes: [
          { to: '0.0.0.0/0', gateway: '192.0.2.1', link: 'イーサネット' },
          { to: '192.0.2.0/24', gateway: null, link: 'イーサネット' },
        ],
      },
    })
  })

  it('a phone that shares its line by USB is named as the person named it', () => {
    const raws = {
      ...base,
      adapters: rows(ethernet, tether),
      routes: rows(route(5, '0.0.0.0/0', '192.0.2.1'), route(9, '0.0.0.0/0', '192.168.42.129')),
    }
    expect(judgeRaws(netApprovedOnly, raws, { system: 'windows' })?.reason.ja).toBe(
      '同時に2つのネットワークに接続しています: イーサネット（有線、ゲートウェイ 192.0.2.1）、ｲｰｻﾈｯﾄ 2（USB接続の有線、ゲートウェイ 192.168.42.129）',
    )
  })

  it('what is only kept for the next start is no route', () => {
    const raws = { ...base, routes: rows(route(5, '0.0.0.0/0', '192.0.2.1'), route(5, '0.0.0.0/0', '192.0.2.2', 0)) }
    expect(judgeRaws(netApprovedOnly, raws, { system: 'windows' })?.outcome).toBe('pass')
  })

  it('the gateway is known by its MAC', () => {
    const sections = { network: { gateways: ['00:00:5e:00:53:fe'] } }
    expect(judgeRaws(netApprovedOnly, base, { system: 'windows', sections })?.outcome).toBe('pass')
  })

  it('a wireless network that is joined is refused by its name', () => {
    const wifi = { ...ethernet, Name: 'Wi-Fi', InterfaceIndex: 12, InterfaceType: 71, NdisPhysicalMedium: 9 }
    const raws = {
      ...base,
      adapters: rows(wifi),
      routes: rows(route(12, '0.0.0.0/0', '192.0.2.1')),
      connections: rows({ Name: 'FreeSpot', InterfaceIndex: 12, InterfaceAlias: 'Wi-Fi' }),
    }
    expect(judgeRaws(netApprovedOnly, raws, { system: 'windows' })?.reason.ja).toBe(
      '禁止されている無線LANに接続しています: 「FreeSpot」',
    )
  })

  it('cannot be told where Windows does not answer', () => {
    const raws = { ...base, routes: lost('failed', '0x80041010') }
    const judgement = judgeRaws(netApprovedOnly, raws, { system: 'windows' })
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual(['unknown', 'routes: 読み取れません（0x80041010）'])
  })
})

type LinkOptions = Readonly<{ uevent?: string; entries?: string[]; mac?: string; state?: string; device?: string }>

/** Attributes of one interface below /sys/class/net, named as the readings are. */
function link(name: string, { uevent = '', entries = [], mac = '', state = 'up', device = '' }: LinkOptions) {
  const raws: Raws = {
    [`link ${name}`]: folder(...entries),
    [`address ${name}`]: file(`${mac}\n`),
    [`type ${name}`]: file('1\n'),
    [`operstate ${name}`]: file(`${state}\n`),
    [`uevent ${name}`]: file(uevent),
    [`device/uevent ${name}`]: file(device),
  }
  return { name, raws }
}

type Route = Readonly<{ dst: string; gateway?: string; dev: string }>

function terminal(links: readonly ReturnType<typeof link>[], routes: readonly Route[]): Raws {
  const isV6 = ({ gateway = '' }: Route) => gateway.includes(':')
  return {
    ...Object.assign({}, ...links.map(({ raws }) => raws)),
    links: folder(...links.map(({ name }) => `${name}@`)),
    allRoutes4: output(JSON.stringify(routes.filter((route) => !isV6(route)))),
    allRoutes6: output(JSON.stringify(routes.filter(isV6))),
    neighbours: output('[]'),
    radios: lost('missing', 'ENOENT'),
  }
}

function defaultBy(dev: string, gateway: string): Route {
  return { dst: 'default', gateway, dev }
}

function onLink(dev: string, dst: string): Route {
  return { dst, dev }
}

function grantFor(network: Readonly<{ ssid?: string; gateway?: string }>, until = '2026-12-01T00:00:00Z'): Grant {
  return grantSchema.parse({
    schema: 'tanmori.grant/1',
    id: 'G-1',
    subject: { kind: 'network', label: '災害時の支所', ...network },
    terminals: ['T-1'],
    validFrom: '2026-11-01T00:00:00Z',
    until,
    reason: '訓練',
    applicant: '山田',
    approver: '鈴木',
  })
}
