import { describe, expect, it } from 'vitest'
import { filtersInput } from '../../src/checks/iptables-rules.ts'
import { parseNftFilters } from '../../src/checks/linux-firewall.ts'
import { refusesInput } from '../../src/checks/linux-firewall-services.ts'
import { parseNameServers } from '../../src/checks/name-servers.ts'
import { netIsolation } from '../../src/checks/net.isolation.ts'
import { parseProxy, parseProxyLines, parseProxyServer } from '../../src/checks/proxies.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { file, folder, judgeRaws, lost, output, readFixture, readRaws, rows } from './one-check.ts'

/** Of a network namespace: 198.51.100.1 is gateway and peer; `aptConf` and `profiles` are empty folders here. */
const talking: Raws = {
  ...readRaws('network/isolation'),
  '/etc/environment': file(''),
  aptConf: folder(),
  profiles: folder(),
}
const peerMac = /"dst":"198\.51\.100\.1"[^}]*"lladdr":"([^"]+)"/.exec(
  JSON.stringify(talking.neighbours).replaceAll('\\', ''),
)?.[1]

const gateway = { label: '庁内L3スイッチ', to: '198.51.100.1' }
const dns = { label: 'DNS', to: '10.255.255.53', protocol: 'udp', ports: [53] }

/** `/etc/nftables.conf` of Debian 12 as it is installed, in short. */
const debianRules =
  '#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n\tchain output {\n\t\ttype filter hook output priority filter;\n\t}\n}\n'

function judged(permitted: readonly Record<string, unknown>[], raws = talking) {
  return judgeRaws(netIsolation, raws, {
    sections: { network: { firewall: false, isolation: { judged: true, permitted } } },
  })
}

describe('net.isolation on Linux, from a namespace with two connections out and one in', () => {
  it.each([
    ['everything that is reached is permitted', [gateway, dns], []],
    [
      'one port of the peer is permitted: the other, and what came in, are not',
      [{ ...gateway, protocol: 'tcp', ports: [443] }, dns],
      ['peer:in:198.51.100.1:tcp/9000', 'peer:out:198.51.100.1:tcp/8443'],
    ],
    ['the name server is not permitted', [gateway], ['dns:10.255.255.53']],
    ['the name server is permitted by TCP only', [gateway, { ...dns, protocol: 'tcp' }], ['dns:10.255.255.53']],
    [
      'the list is of networks',
      [
        { label: '支所', to: '198.51.100.0/28' },
        { label: 'DNS', to: '10.0.0.0/8' },
      ],
      [],
    ],
    [
      'an empty list permits nothing, the gateway neither',
      [],
      [
        'route:198.51.100.1',
        'peer:in:198.51.100.1:tcp/9000',
        'peer:out:198.51.100.1:tcp/443',
        'peer:out:198.51.100.1:tcp/8443',
        'dns:10.255.255.53',
      ],
    ],
    ['the MAC is the one', [{ ...gateway, mac: peerMac }, dns], []],
    [
      'somebody else answers at the permitted address',
      [{ ...gateway, mac: '00:00:5e:00:53:01' }, dns],
      [
        'route:198.51.100.1',
        'peer:in:198.51.100.1:tcp/9000',
        'peer:out:198.51.100.1:tcp/443',
        'peer:out:198.51.100.1:tcp/8443',
      ],
    ],
  ])('%s', (_, permitted, keys) => {
    const judgement = judged(permitted)
    expect(judgement?.items.map(({ key }) => key)).toEqual(keys)
    expect(judgement?.outcome).toBe(keys.length === 0 ? 'pass' : 'fail')
  })

  it('says whom it talks to, and who came in', () => {
    expect(judged([{ ...gateway, protocol: 'tcp', ports: [443] }, dns])?.items.map(({ text }) => text.ja)).toEqual([
      '許可されていない相手からの接続を受けています: 198.51.100.1 TCP 9000',
      '許可されていない相手と通信しています: 198.51.100.1 TCP 8443',
    ])
  })

  it('a default route without a gateway leads anywhere', () => {
    expect(
      judged([gateway, dns, { label: 'すべて', to: '0.0.0.0/0' }], {
        ...talking,
        allRoutes4: output('[{"dst":"default","dev":"eth0"}]'),
      })?.items,
    ).toMatchObject([
      {
        key: 'route:eth0',
        text: { ja: '許可された範囲の外へ出る経路があります: 0.0.0.0/0（eth0、ゲートウェイなし）' },
      },
    ])
  })

  it('an unknown MAC is no proof of a stranger', () => {
    const judgement = judged([{ ...gateway, mac: '00:00:5e:00:53:01' }, dns], { ...talking, neighbours: output('[]') })
    expect(judgement?.outcome).toBe('unknown')
    expect(judgement?.reason.ja).toContain('198.51.100.1 のMACアドレスが分からず')
  })

  it('a peer beyond the gateway is held to the MAC of the gateway', () => {
    const far = [{ ...gateway }, dns, { label: '県', to: '192.0.2.0/24', mac: peerMac }]
    const raws = { ...talking, tcp4: file(tcpTable('0A6433C6:C350 090200C0:01BB 01')), tcp6: file('header\n') }
    expect(judged(far, raws)?.outcome).toBe('pass')
    expect(
      judged([...far.slice(0, 2), { label: '県', to: '192.0.2.0/24', mac: '00:00:5e:00:53:01' }], raws)?.items,
    ).toMatchObject([{ key: 'peer:out:192.0.2.9:tcp/443' }])
  })

  it.each([
    ['tcp4', lost('denied', '/proc/net/tcp: EACCES')],
    ['tcp6', lost('denied', '/proc/net/tcp6: EACCES')],
    ['resolv', lost('denied', '/etc/resolv.conf: EACCES')],
    ['aptConf', lost('denied', '/etc/apt/apt.conf.d: EACCES')],
    ['resolv', file('nameserver 127.0.0.53\n')],
  ])('does not pass where %s does not tell', (name, raw) => {
    expect(
      judged([gateway, dns], { ...talking, resolved: lost('missing'), nmResolv: lost('missing'), [name]: raw })
        ?.outcome,
    ).toBe('unknown')
  })

  it('asks nothing where neither isolation nor a firewall is wanted', () => {
    expect(judgeRaws(netIsolation, talking, { sections: { network: { firewall: false } } })).toBeNull()
  })
})

describe('proxies', () => {
  it.each([
    ['a permitted address', 'http_proxy="http://198.51.100.1:443/"', 'pass', ''],
    [
      'another address',
      'HTTPS_PROXY=http://203.0.113.8:8080',
      'fail',
      '許可されていないプロキシが設定されています: 203.0.113.8:8080（/etc/environment）',
    ],
    [
      'a name',
      'https_proxy=proxy.example:3128',
      'unknown',
      'プロキシ proxy.example:3128 は名前で設定されており、許可された範囲か確認できません（/etc/environment）',
    ],
    ['the terminal itself', 'https_proxy=http://127.0.0.1:3128', 'pass', ''],
    ['one that is commented out', '# https_proxy=http://203.0.113.8:8080', 'pass', ''],
  ])('%s', (_, line, outcome, reason) => {
    const judgement = judged([gateway, dns], { ...talking, '/etc/environment': file(`${line}\n`) })
    expect(judgement?.outcome).toBe(outcome)
    if (reason !== '') expect(judgement?.reason.ja).toBe(reason)
  })

  it.each([
    ['http://user:secret@192.0.2.8:8080/path', '192.0.2.8', 8080],
    ['https://proxy.example', 'proxy.example', 443],
    ['socks5://[2001:db8::8]:1080', '2001:db8::8', 1080],
    ['192.0.2.8', '192.0.2.8', 80],
  ])('%s', (text, host, port) => {
    expect(parseProxy(text, 's')).toEqual({ host, port, source: 's' })
  })

  it.each(['DIRECT', '', 'http://192.0.2.8:99999', 'false'])('%j is none', (text) => {
    expect(parseProxy(text, 's')).toBeNull()
  })

  it('reads apt and the shell, and Windows with one proxy per scheme', () => {
    const text =
      'Acquire::http::Proxy "http://192.0.2.8:3142";\nexport all_proxy=socks5://192.0.2.9\n// Acquire::https::Proxy "http://192.0.2.7";\n'
    expect(parseProxyLines(text, 'f').map(({ host, port }) => `${host}:${port}`)).toEqual([
      '192.0.2.8:3142',
      '192.0.2.9:1080',
    ])
    expect(parseProxyServer('http=192.0.2.8:8080;https=192.0.2.9:8443', 'r').map(({ host }) => host)).toEqual([
      '192.0.2.8',
      '192.0.2.9',
    ])
  })
})

describe('name servers', () => {
  it('behind a resolver of the terminal itself the servers that it asks count', () => {
    const raws = {
      resolv: file('nameserver 127.0.0.53\nsearch example\n'),
      resolved: file('nameserver 192.0.2.53\nnameserver 2001:DB8::53\n'),
    }
    expect(parseNameServers(raws)).toEqual({ servers: ['192.0.2.53', '2001:db8::53'], gaps: [] })
  })

  it('without a file there are none', () => {
    expect(parseNameServers({ resolv: lost('missing') })).toEqual({ servers: [], gaps: [] })
  })
})

describe('the firewall', () => {
  it.each([
    ['nft-accept', false, 'an empty input chain, although output drops'],
    ['nft-reject', true, 'a rule that rejects'],
    ['nft-drop', true, 'the policy drop'],
    ['nft-jump', true, 'a drop in a chain that input jumps to'],
  ])('%s is %s: %s', (name, wanted) => {
    expect(parseNftFilters(readFixture(`network/${name}.json`))).toBe(wanted)
  })

  it('a listing that is none is not an open terminal', () => {
    expect(parseNftFilters('Error: cache initialization failed')).toBeNull()
  })

  it.each([
    ['-P INPUT ACCEPT\n-P FORWARD DROP\n-A FORWARD -j DROP\n', false],
    ['-P INPUT DROP\n-P FORWARD ACCEPT\n', true],
    // The shape of `ufw`: chains of its own, the refusal at their end.
    [
      '-P INPUT ACCEPT\n-A INPUT -j ufw-before-input\n-A ufw-before-input -j ufw-user-input\n-A ufw-user-input -p tcp --dport 23 -j DROP\n',
      true,
    ],
    ['-P INPUT ACCEPT\n-A INPUT -j a\n-A a -j b\n-A b -j a\n', false],
  ])('iptables -S %j', (text, wanted) => {
    expect(filtersInput(text)).toBe(wanted)
  })

  it.each([
    ['nftables refuses', { nft: output(readFixture('network/nft-drop.json')) }, undefined, undefined],
    [
      'nftables refuses nothing',
      { nft: output(readFixture('network/nft-accept.json')) },
      'fail',
      'ファイアウォールが無効、又は受信を止める規則がありません（nftables）',
    ],
    [
      'nothing is installed',
      { nft: lost('missing'), rules: lost('missing') },
      'fail',
      'ファイアウォールがありません（nft・iptables が入っていません）',
    ],
    [
      'nft may not ask the kernel, and no service is told',
      { nft: output('', 1) },
      'unknown',
      'ファイアウォールの状態を確認できません（規則を読む権限がなく、サービスの状態も systemctl で確認できません）',
    ],
    [
      'nft may not ask the kernel, and ufw is switched on',
      {
        nft: output('', 1),
        firewallUnits: units('ufw'),
        '/etc/ufw/ufw.conf': file('# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n'),
      },
      undefined,
      undefined,
    ],
    [
      'nft may not ask the kernel, and ufw is installed but switched off',
      { nft: output('', 1), firewallUnits: units('ufw'), '/etc/ufw/ufw.conf': file('ENABLED=no\n') },
      'fail',
      'ファイアウォールが無効、又は受信を止める規則がありません（ufw）',
    ],
    [
      'nft may not ask the kernel, and nftables loads Debian’s empty rules',
      { nft: output('', 1), firewallUnits: units('nftables'), '/etc/nftables.conf': file(debianRules) },
      'fail',
      'ファイアウォールが無効、又は受信を止める規則がありません（nftables）',
    ],
    [
      'nft may not ask the kernel, and the rules are in other files',
      {
        nft: output('', 1),
        firewallUnits: units('nftables'),
        '/etc/nftables.conf': file('flush ruleset\ninclude "/etc/nftables.d/*.nft"\n'),
      },
      'unknown',
      'ファイアウォールの状態を確認できません（/etc/nftables.conf が読み込む別の規則までは確認できません）',
    ],
    [
      'nft may not ask the kernel, and no service is active',
      { nft: output('', 1), firewallUnits: units() },
      'fail',
      'ファイアウォールのサービス（nftables・ufw・firewalld 等）が動いていません',
    ],
    [
      'the old tables are in use and cannot be listed',
      {
        nft: output(readFixture('network/nft-accept.json')),
        oldTables: file('filter\n'),
        oldRules: output('', 4),
        firewallUnits: units('netfilter-persistent'),
        '/etc/iptables/rules.v4': file('*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n'),
      },
      undefined,
      undefined,
    ],
    [
      'the old tables refuse',
      {
        nft: output(readFixture('network/nft-accept.json')),
        oldTables: file('filter\n'),
        oldRules: output('-P INPUT DROP\n'),
      },
      undefined,
      undefined,
    ],
    [
      'iptables lists what nft itself could not',
      { nft: lost('missing'), rules: output('-P INPUT ACCEPT\n') },
      'fail',
      'ファイアウォールが無効、又は受信を止める規則がありません（iptables）',
    ],
  ])('without a list of what may be reached, a firewall alone is no answer: %s', (_, raws: Raws, outcome, reason) => {
    const judgement = judgeRaws(netIsolation, { ...talking, oldTables: lost('missing'), ...raws })
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([outcome, reason])
  })
})

describe('rules that nftables loads at start', () => {
  it.each([
    ['Debian’s own: three chains and no rule', debianRules, false],
    [
      'a set with braces before the refusal',
      'table inet f {\n chain input {\n type filter hook input priority 0;\n tcp dport { 22, 80 } accept\n reject\n }\n}',
      true,
    ],
    [
      'a refusal in a chain that input jumps to',
      'table inet f { chain lan { drop; } chain in { type filter hook input priority 0; jump lan; } }',
      true,
    ],
    [
      'a refusal of what goes out',
      'table inet f { chain in { type filter hook input priority 0; } chain out { type filter hook output priority 0; policy drop; } }',
      false,
    ],
    ['a refusal that is commented out', 'chain in { type filter hook input priority 0;\n # drop\n}', false],
  ])('%s', (_, text, wanted) => {
    expect(refusesInput(text)).toBe(wanted)
  })
})

describe('net.isolation on Windows', () => {
  /** Rows of the table `firewall-profiles` (INetFwPolicy2). */
  const inForce = (changes: Record<string, boolean> = {}) =>
    rows(
      ...['DomainProfile', 'StandardProfile', 'PublicProfile'].map((name) => ({
        Profile: name,
        Enabled: changes[name] ?? true,
        RefusesInbound: true,
      })),
    )
  const firewall = (domain: number, standard: number, open: number) =>
    keys('HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy', {
      DomainProfile: { EnableFirewall: domain },
      StandardProfile: { EnableFirewall: standard },
      PublicProfile: { EnableFirewall: open },
    })
  /** Shapes of Microsoft Learn: MSFT_NetTCPConnection (State 2 Listen, 5 Established), MSFT_DNSClientServerAddress, Win32_Service. */
  const base: Raws = {
    adapters: rows({
      Name: 'イーサネット',
      InterfaceIndex: 5,
      InterfaceType: 6,
      PermanentAddress: '00005E005311',
      NdisPhysicalMedium: 14,
      MediaConnectState: 1,
      InterfaceOperationalStatus: 1,
    }),
    routes: rows({ DestinationPrefix: '0.0.0.0/0', NextHop: '192.0.2.1', InterfaceIndex: 5, Store: 1 }),
    neighbours: rows({ IPAddress: '192.0.2.1', LinkLayerAddress: '00-00-5E-00-53-FE', InterfaceIndex: 5 }),
    tcp: rows(
      { LocalAddress: '0.0.0.0', LocalPort: 445, RemoteAddress: '0.0.0.0', RemotePort: 0, State: 2, OwningProcess: 4 },
      {
        LocalAddress: '192.0.2.33',
        LocalPort: 445,
        RemoteAddress: '192.0.2.66',
        RemotePort: 50123,
        State: 5,
        OwningProcess: 4,
      },
      {
        LocalAddress: '192.0.2.33',
        LocalPort: 50999,
        RemoteAddress: '192.0.2.9',
        RemotePort: 443,
        State: 5,
        OwningProcess: 900,
      },
      {
        LocalAddress: '127.0.0.1',
        LocalPort: 50001,
        RemoteAddress: '127.0.0.1',
        RemotePort: 50002,
        State: 5,
        OwningProcess: 900,
      },
    ),
    udp: rows({ LocalAddress: '0.0.0.0', LocalPort: 5353, OwningProcess: 1200 }),
    nameServers: rows(
      { InterfaceAlias: 'イーサネット', AddressFamily: 2, ServerAddresses: ['192.0.2.53'] },
      { InterfaceAlias: 'イーサネット', AddressFamily: 23, ServerAddresses: ['fec0:0:0:ffff::1', 'fec0:0:0:ffff::2'] },
    ),
    proxyMachine: keys('HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings', {}),
    people: keys('HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList', {
      'S-1-5-18': {},
      'S-1-5-21-1000-2000-3000-1104': {},
    }),
    'proxy S-1-5-21-1000-2000-3000-1104': keys(
      'HKU\\S-1-5-21-1000-2000-3000-1104\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings',
      {},
      { ProxyEnable: 0, ProxyServer: '203.0.113.8:8080' },
    ),
    firewallInForce: lost('unsupported'),
    firewallLocal: firewall(1, 1, 1),
    firewallGroup: lost('missing'),
    firewallService: rows({ Name: 'mpssvc', State: 'Running' }),
    firewallProducts: rows(),
  }
  const permitted = [
    { label: 'GW', to: '192.0.2.1' },
    { label: '業務', to: '192.0.2.9', ports: [443] },
    { label: 'DNS', to: '192.0.2.53' },
  ]
  const sections = { network: { firewall: true, isolation: { judged: true, permitted } } }
  const judge = (raws: Raws) => judgeRaws(netIsolation, { ...base, ...raws }, { system: 'windows', sections })

  it('somebody has opened a share of the terminal', () => {
    expect(judge({})?.items.map(({ key, text }) => [key, text.ja])).toEqual([
      ['peer:in:192.0.2.66:tcp/445', '許可されていない相手からの接続を受けています: 192.0.2.66 TCP 445'],
    ])
  })

  it('a proxy that a signed-in person has switched on', () => {
    const proxy = keys(
      'HKU\\S-1-5-21-1000-2000-3000-1104\\Software',
      {},
      { ProxyEnable: 1, ProxyServer: '203.0.113.8:8080' },
    )
    expect(judge({ 'proxy S-1-5-21-1000-2000-3000-1104': proxy })?.items.map(({ key }) => key)).toContain(
      'proxy:203.0.113.8:8080',
    )
  })

  it.each([
    ['the public profile is off', { firewallLocal: firewall(1, 1, 0) }, 'firewall', 'PublicProfile'],
    [
      'the group policy switches the domain profile off',
      {
        firewallGroup: keys('HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall', {
          DomainProfile: { EnableFirewall: 0 },
        }),
      },
      'firewall',
      'DomainProfile',
    ],
    [
      'the group policy switches the private profile off, under its newer name',
      {
        firewallGroup: keys('HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall', {
          PrivateProfile: { EnableFirewall: 0 },
        }),
      },
      'firewall',
      'StandardProfile',
    ],
    [
      'a profile that lets in what no rule refuses',
      {
        firewallGroup: keys('HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall', {
          PublicProfile: { EnableFirewall: 1, DefaultInboundAction: 0 },
        }),
      },
      'firewall',
      'PublicProfile DefaultInboundAction',
    ],
    [
      'the firewall itself says that a profile is off, whatever the registry says',
      { firewallInForce: inForce({ PublicProfile: false }) },
      'firewall',
      'PublicProfile',
    ],
    ['the service does not run', { firewallService: rows({ Name: 'mpssvc', State: 'Stopped' }) }, 'firewall', 'mpssvc'],
  ])('%s', (_, raws, key, word) => {
    const found = judge(raws)?.items.find((one) => one.key === key)
    expect(found?.text.ja).toContain(word)
  })

  it('a product of another maker that is on stands for Windows’ own', () => {
    // productState 0x11000: provider firewall, on.
    const raws = {
      firewallLocal: firewall(0, 0, 0),
      firewallProducts: rows({ displayName: 'ウイルスバスター ファイアウォール', productState: 69632 }),
    }
    expect(judge(raws)?.items.map(({ key }) => key)).not.toContain('firewall')
  })

  it('is on where the firewall itself says so, though its registry cannot be read', () => {
    const raws = { firewallLocal: lost('denied'), firewallInForce: inForce() }
    expect(judge(raws)?.items.map(({ key }) => key)).toEqual(['peer:in:192.0.2.66:tcp/445'])
  })

  it('is not told where the registry cannot be read', () => {
    const raws = { firewallLocal: lost('denied'), tcp: rows() }
    expect(judge(raws)?.outcome).toBe('unknown')
  })
})

/** `systemctl is-active` of systemd 252: one word for each unit, in the order asked. */
function units(active = '') {
  const names = ['nftables', 'ufw', 'firewalld', 'netfilter-persistent', 'iptables']
  return output(`${names.map((name) => (name === active ? 'active' : 'inactive')).join('\n')}\n`, active === '' ? 3 : 0)
}

type Values = Record<string, string | number>

function keys(path: string, below: Record<string, Values>, own: Values = {}) {
  const children = Object.entries(below).map(([name, values]) => ({ path: `${path}\\${name}`, values }))
  return { kind: 'registry' as const, keys: [{ path, values: own }, ...children] }
}

function tcpTable(...lines: string[]): string {
  const rest = '00000000:00000000 00:00000000 00000000     0        0 47407 1 0000000086397b75 100 0 0 10 0'
  return `  sl  local_address rem_address   st\n${lines.map((line, index) => `   ${index}: ${line} ${rest}\n`).join('')}`
}
