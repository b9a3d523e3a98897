import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  applyQuarantine,
  formatWanted,
  observeQuarantine,
  readResolvers,
} from '../../../../agent/platform/linux/quarantine.ts'
import { rootsUnder } from '../../../../agent/platform/linux/roots.ts'
import type { QuarantineWanted } from '../../../../agent/platform/platform.ts'

const script = join(import.meta.dirname, '../../../../installers/linux/tree/usr/lib/tanmori/quarantine')
const wanted: QuarantineWanted = {
  mode: 'on',
  center: [
    { address: '10.9.0.2', port: 8443 },
    { address: 'FD00::2', port: 8443 },
  ],
  resolvers: ['10.9.0.3'],
}
let root: string
let now: Date
const deps = () => ({ roots: rootsUnder(root), stateFolder: join(root, 'var/lib/tanmori'), now: () => now })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tanmori-quarantine-'))
  now = new Date()
})
afterEach(() => rmSync(root, { recursive: true }))

describe('what is asked for', () => {
  it('names addresses and nothing else', () => {
    expect(formatWanted(wanted)).toBe('on\ncenter 10.9.0.2 8443\ncenter fd00::2 8443\nresolver 10.9.0.3\n')
    expect(formatWanted({ mode: 'off' })).toBe('off\n')
  })

  it('leaves out what is no address', () => {
    const center = [
      { address: 'fe80::1%eth0', port: 1 },
      { address: '10.0.0.1 8443\ncenter 0.0.0.0', port: 2 },
    ]
    expect(formatWanted({ mode: 'on', center, resolvers: ['dns.example'] })).toBe('on\n')
  })

  it.each([
    ['the name servers as they are', 'nameserver 10.0.0.53\nnameserver fd00::53\n', null, ['10.0.0.53', 'fd00::53']],
    ['those behind the stub', 'nameserver 127.0.0.53\n', 'nameserver 10.1.0.53\n', ['10.1.0.53']],
    ['none', 'search example.jp\n# nameserver 10.0.0.1\n', null, []],
  ])('knows %s', (_name, conf, upstream, servers) => {
    put('etc/resolv.conf', conf)
    if (upstream !== null) put('run/systemd/resolve/resolv.conf', upstream)
    expect(readResolvers(rootsUnder(root))).toEqual(servers)
  })
})

describe('what is observed', () => {
  it('is nothing to speak of where it was never asked for', () => {
    expect(observeQuarantine(deps(), { mode: 'off' })).toMatchObject({ state: 'in-force', detail: 'never asked for' })
  })

  it('differs until somebody answers', async () => {
    await applyQuarantine(deps(), wanted)
    expect(observeQuarantine(deps(), wanted)).toMatchObject({ state: 'differs', detail: 'nobody has answered yet' })
  })
})

/** In a network namespace of its own, which the script demands to see: never on this machine's own network. */
const inNamespace = `ip link add tanmori-trial type veth peer name far && ip link set lo up && ip link set tanmori-trial up`
const canTry =
  process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'sh', '-c', `${inNamespace} && nft list tables`]).status === 0

describe.skipIf(!canTry)('the script, in a network namespace (wants root, iproute2 and nftables)', () => {
  it('refuses another root where it cannot see that the network is a trial', () => {
    // Without nft and ip in its path it could do nothing, should it go on.
    put('bin/cat', '')
    const { status, stderr } = spawnSync('/bin/sh', [script, 'apply', root], {
      env: { PATH: join(root, 'bin') },
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toContain('only in a network namespace that has the interface tanmori-trial')
  })

  it('drops all but the center, its name server, DHCP and the machine itself', async () => {
    await applyQuarantine(deps(), wanted)
    const rules = run('"$S" apply "$R"; nft -s list table inet tanmori_quarantine')
    expect(rules.match(/policy drop/g)).toHaveLength(3)
    expect(rules).toContain('type filter hook forward priority -500; policy drop;')
    expect(acceptsOf(rules, 'output')).toEqual([
      'oifname "lo" accept',
      'ip daddr 10.9.0.2 tcp dport 8443 accept',
      'ip6 daddr fd00::2 tcp dport 8443 accept',
      'ip daddr 10.9.0.3 udp dport 53 accept',
      'ip daddr 10.9.0.3 tcp dport 53 accept',
      'udp sport 68 udp dport 67 accept',
      'udp sport 546 udp dport 547 accept',
      expect.stringMatching(/^icmpv6 type \{ nd-/),
    ])
    expect(acceptsOf(rules, 'input').slice(0, 2)).toEqual([
      'iifname "lo" accept',
      'ip saddr 10.9.0.2 tcp sport 8443 tcp flags != syn / syn,ack accept',
    ])
    expect(observeQuarantine(deps(), wanted)).toMatchObject({ state: 'in-force', detail: 'cut off', restored: 0 })
    const other = { ...wanted, center: [] }
    expect(observeQuarantine(deps(), other)).toMatchObject({
      state: 'differs',
      detail: 'cut off, with other exceptions',
    })
    now = new Date(now.getTime() + 60_000)
    expect(observeQuarantine(deps(), wanted)).toMatchObject({
      state: 'differs',
      detail: expect.stringContaining('nobody has looked since'),
    })
  })

  it.each([
    ['no center', 'on\n'],
    ['what nobody can read', 'of\n'],
    ['an empty file', ''],
    ['a rule smuggled in', 'on\ncenter 10.0.0.1 8443 accept; }\n'],
    ['an address that is none', 'on\ncenter 999.0.0.1 8443\n'],
    ['a port that is none', 'on\ncenter 10.0.0.1 99999\n'],
  ])('cuts all but the machine itself for %s', (_name, text) => {
    put('var/lib/tanmori/quarantine/wanted', text)
    const rules = run('"$S" apply "$R"; nft -s list table inet tanmori_quarantine')
    expect(acceptsOf(rules, 'output')).toEqual(['oifname "lo" accept'])
    expect(acceptsOf(rules, 'input')).toEqual(['iifname "lo" accept'])
    expect(rules.match(/policy drop/g)).toHaveLength(3)
  })

  it('lets back', async () => {
    await applyQuarantine(deps(), wanted)
    run(
      '"$S" apply "$R"; echo off >"$R/var/lib/tanmori/quarantine/wanted"; "$S" apply "$R"; [ -z "$(nft list tables)" ]',
    )
    expect(observeQuarantine(deps(), { mode: 'off' })).toMatchObject({ state: 'in-force', detail: 'not cut off' })
  })

  it.each([
    ['all rules flushed', 'nft flush ruleset'],
    ['its table deleted', 'nft delete table inet tanmori_quarantine'],
    ['one rule added', 'nft insert rule inet tanmori_quarantine output accept'],
    ['a chain opened', 'nft add chain inet tanmori_quarantine output "{ policy accept; }"'],
  ])('has it put back with %s', async (_name, attack) => {
    await applyQuarantine(deps(), wanted)
    const before = 'nft -s list table inet tanmori_quarantine >"$R/before"'
    const back = 'nft -s list table inet tanmori_quarantine 2>/dev/null | cmp -s - "$R/before"'
    run(
      `"$S" apply "$R"; ${before}; "$S" watch "$R" >/dev/null 2>&1 & until [ -e "$R/run/tanmori/quarantine/loaded" ]; do sleep 0.05; done
       ${attack}; until ${back}; do sleep 0.05; done
       until grep -q " 1$" "$R/run/tanmori/quarantine/observed"; do sleep 0.05; done
       echo off >"$R/var/lib/tanmori/quarantine/wanted"; kill $!`,
    )
    expect(readFileSync(join(root, 'run/tanmori/quarantine/observed'), 'utf8')).toMatch(/ 1\n/)
  })

  it('takes another order for no tampering, though its rules are kept a moment after they are loaded', async () => {
    await applyQuarantine(deps(), wanted)
    put('bin/nft', `#!/bin/sh\n"$NFT" "$@"\ncode=$?\n[ "$*" != "-f -" ] || sleep 1\nexit $code\n`)
    const more = `${formatWanted(wanted)}resolver 10.9.0.4`
    run(`chmod +x "$R/bin/nft"; NFT=$(command -v nft); export NFT
      "$S" apply "$R"; "$S" watch "$R" & until grep -qs "[m]onitor" /proc/[0-9]*/cmdline; do sleep 0.05; done
      echo '${more}' >"$R/var/lib/tanmori/quarantine/wanted"
      PATH="$R/bin:$PATH" "$S" apply "$R"
      sleep 2`)
    const observed = { mode: 'on', center: wanted.center, resolvers: [...wanted.resolvers, '10.9.0.4'] } as const
    expect(observeQuarantine(deps(), observed)).toMatchObject({ state: 'in-force', restored: 0 })
  })

  it('really cuts other machines and other ports; the center is still reached', async () => {
    await applyQuarantine(deps(), { mode: 'on', center: [{ address: '10.9.0.2', port: 8443 }], resolvers: [] })
    const said = run(`
      ip addr add 10.9.0.1/24 dev tanmori-trial; ip link set tanmori-trial address 02:00:00:00:00:01
      unshare -n sleep 60 >/dev/null & far=$!; until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
      ip link set far netns $far
      inside() { nsenter -t $far -n "$@"; }
      inside ip link set lo up; inside ip link set far up; inside ip addr add 10.9.0.2/24 dev far; inside ip addr add 10.9.0.9/24 dev far
      inside perl -e '${server}' 10.9.0.2 8443 >/dev/null & inside perl -e '${server}' 10.9.0.9 80 >/dev/null & inside perl -e '${server}' 10.9.0.2 80 >/dev/null &
      ask() { perl -e '${client}' "$@"; }
      until ask 10.9.0.2 8443 && ask 10.9.0.9 80 && ask 10.9.0.2 80; do sleep 0.1; done
      "$S" apply "$R"
      ask 10.9.0.2 8443 && echo center reached
      ask 10.9.0.9 80 || echo others cut
      ask 10.9.0.2 80 || echo other ports cut
      kill $far`)
    expect(said).toBe('center reached\nothers cut\nother ports cut\n')
  })
})

const server =
  'use IO::Socket::INET; $s = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 9, ReuseAddr => 1); while ($c = $s->accept) { close $c } '
const client =
  'use IO::Socket::INET; exit(IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) ? 0 : 1)'

/** Shell words in new network and process namespaces, which end with them; `$S` is the script, `$R` the root. */
function run(words: string): string {
  const env = { ...process.env, S: script, R: root }
  const shell = ['-n', '--pid', '--mount-proc', '--kill-child', 'sh', '-c', `set -e; ${inNamespace}; ${words}`]
  return execFileSync('unshare', ['--fork', ...shell], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function acceptsOf(rules: string, chain: string): readonly string[] {
  const text = rules.split(`chain ${chain} {`)[1]?.split('}\n\n')[0] ?? ''
  return text.split('\n').flatMap((line) => (line.endsWith('accept') ? [line.trim()] : []))
}

function put(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
