import { afterAll, beforeAll, expect, it } from 'vitest'
import { pciDisk, pciNetwork } from './devices.ts'
import type { StoredLine } from './evidence.ts'
import { createMedia } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'
import { startTimeServer } from './time-server.ts'

const checkMs = 600_000
const declared = {
  kind: 'line',
  id: 'S-1',
  label: 'パスワードの有効日数',
  path: '/etc/login.defs',
  key: 'PASS_MAX_DAYS',
}

describeInGuest('a terminal that must prove its state', () => {
  let terminal: Terminal
  let disk: string
  beforeAll(async () => {
    terminal = await Terminal.start()
    disk = createMedia(terminal.machine).disk('second')
    const installed = await terminal.machine.must(`dpkg-query -W -f '\${Package}\\n'`)
    await terminal.pushPolicy({
      // An emulated processor takes ten times as long.
      checks: { intervalMinutes: 1440, budget: { cpuSeconds: 600, timeoutSeconds: 300 } },
      software: {
        rule: 'allow-listed',
        allowed: [...new Set(installed.split('\n'))].map((name) => ({ name })),
        watchedFolders: ['/usr/local/bin', '/opt'],
      },
      patches: { maxAgeDays: 30 },
      antivirus: { definitionsMaxAgeDays: 7 },
      settings: { declared: [{ ...declared, value: '99999' }] },
    })
  })
  afterAll(() => terminal?.close())

  it('a program that is dropped and a package that is installed are each found without being asked for', async () => {
    await check('sw.allowlist')
    const mark = terminal.mark()
    await terminal.machine.must('cp /bin/true /usr/local/bin/tool && chmod 755 /usr/local/bin/tool')
    await opened(mark, 'sw.allowlist', '/usr/local/bin/tool')
    await terminal.machine.must(
      `${makePackage('town-game', '1.0', '/tmp/game')}; dpkg -i /tmp/game/town-game_1.0_all.deb`,
    )
    await opened(mark, 'sw.allowlist', 'town-game')
    await terminal.machine.must('rm /usr/local/bin/tool; dpkg --purge town-game')
    await closed(mark, 'sw.allowlist', '/usr/local/bin/tool')
    await closed(mark, 'sw.allowlist', 'town-game')
  })

  it('an antivirus that somebody else runs is seen, though the agent’s unit hides others; without its sight it is unknown', async () => {
    const { machine } = terminal
    await machine.must(
      'cp /bin/sleep /var/tmp/fsoasd; chmod 755 /var/tmp/fsoasd; runuser -u alice -- sh -c "/var/tmp/fsoasd 3000 &"',
    )
    await terminal.untilInGuest('[ -n "$(ps -C fsoasd -o pid=)" ]')
    expect(await machine.must('cat /proc/$(systemctl show -P MainPID tanmori)/mounts | grep " /proc "')).toContain(
      'hidepid=ptraceable',
    )
    expect(await check('av.resident')).toMatch(/"outcome": ?"pass"[\s\S]*WithSecure/)
    await machine.must('systemctl stop tanmori-processes.socket')
    expect(await check('av.resident')).toMatch(/"outcome": ?"unknown"[\s\S]*hidden from here/)
    await machine.must('systemctl start tanmori-processes.socket; pkill -x fsoasd')
    expect(await check('av.resident')).not.toMatch(/"outcome": ?"pass"/)
    await terminal.untilInGuest('[ -z "$(systemctl list-units --all --no-legend "tanmori-processes@*")" ]')
  })

  it('a setting that is changed is found without being asked for, and when it is put back', async () => {
    await check('cfg.security-settings')
    const mark = terminal.mark()
    await terminal.machine.must(`sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 30/' /etc/login.defs`)
    await opened(mark, 'cfg.security-settings', declared.id)
    await terminal.machine.must(`sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 99999/' /etc/login.defs`)
    await closed(mark, 'cfg.security-settings', declared.id)
  })

  it('an older package than the security source has is a missing update, until it is installed', async () => {
    await terminal.machine.must(`${makePackages}; ${release('90 days ago')}; dpkg -i /srv/repo/town-tool_1.0_all.deb`)
    const mark = terminal.mark()
    await check('sw.patch')
    await opened(mark, 'sw.patch', 'town-tool')
    await terminal.machine.must(`apt-get install -y town-tool; ${release('now')}`, { timeoutMs: checkMs })
    await check('sw.patch')
    await closed(mark, 'sw.patch', 'town-tool')
  })

  it('a network card and a disk that were added are told, and a second way out of the network', async () => {
    await check('device.hardware-change')
    await check('net.approved-only')
    const mark = terminal.mark()
    // Both cards would get the same address of the emulated network.
    await terminal.machine.must(`mkdir -p /run/systemd/network
      printf '[Match]\\nName=eth1\\n[Link]\\nUnmanaged=yes\\n' >/run/systemd/network/00-eth1.network; networkctl reload`)
    const card = await terminal.machine.plug(pciNetwork({ id: 'NIC2' }))
    const second = await terminal.machine.plug(pciDisk({ id: 'DISK2', image: disk }))
    await terminal.untilInGuest('[ -e /sys/class/net/eth1 ] && [ -e /sys/block/vdb ]')
    await check('device.hardware-change')
    await opened(mark, 'device.hardware-change', 'DISK2')
    await opened(mark, 'device.hardware-change', await terminal.machine.must('cat /sys/class/net/eth1/address'))
    await terminal.machine.must(
      'ip addr add 192.0.2.2/24 dev eth1; ip link set eth1 up; ip route add default via 192.0.2.1 dev eth1 metric 500',
    )
    await check('net.approved-only')
    await opened(mark, 'net.approved-only', 'networks:')
    await terminal.machine.must('ip route del default via 192.0.2.1; ip link set eth1 down')
    await card.unplug()
    await second.unplug()
    await check('net.approved-only')
    await check('device.hardware-change')
    await closed(mark, 'net.approved-only', 'networks:')
    await closed(mark, 'device.hardware-change', 'DISK2')
  })

  it('definitions that are old fail, and fresh ones clear it', async () => {
    // There were none at all before, which is one finding with this.
    const mark = terminal.mark()
    await terminal.machine.must(makeDatabase('90 days ago'))
    expect(await check('av.definitions')).toMatch(/"outcome": ?"fail"[\s\S]*90日前/)
    await terminal.machine.must(makeDatabase('now'))
    await check('av.definitions')
    await closed(mark, 'av.definitions', '')
  })

  it('a clock that is five minutes off fails, until it is set', async () => {
    const server = await startTimeServer()
    const { machine } = terminal
    try {
      const settings = `server 10.0.2.2 port ${server.port} iburst minpoll 0 maxpoll 0`
      await machine.must(`echo '${settings}' >/etc/chrony/chrony.conf; systemctl unmask chrony; systemctl start chrony`)
      await machine.must('chronyc waitsync 120 1 0 1', { timeoutMs: checkMs })
      await check('cfg.time-sync')
      const mark = terminal.mark()
      // The guest's own time limits go by its clock.
      await machine.must(`date -s '+300 seconds'`, { timeoutMs: checkMs })
      await terminal.untilInGuest(`chronyc -c tracking | cut -d , -f 5 | grep -qE '[123][0-9]{2}\\.'`)
      await check('cfg.time-sync')
      await opened(mark, 'cfg.time-sync', 'offset')
      await machine.must('chronyc makestep')
      await terminal.untilInGuest(`chronyc -c tracking | cut -d , -f 5 | grep -qE '^-?0\\.'`)
      await check('cfg.time-sync')
      await closed(mark, 'cfg.time-sync', 'offset')
    } finally {
      await server.close()
    }
  })

  it('has all of it at the center, each line once', async () => {
    await terminal.expectWhole()
    const told = terminal.lines().filter(({ kind }) => kind === 'finding.opened')
    // What could not be told and then failed is the same thing in the same count, opened as each.
    const names = told.map(({ control, data }) => `${control} ${JSON.stringify([data.key, data.count, data.outcome])}`)
    expect(names).toEqual([...new Set(names)])
  })

  async function check(id: string): Promise<string> {
    const { code, stdout, stderr } = await terminal.machine.run(`tanmori check ${id} --json`, { timeoutMs: checkMs })
    expect({ code: code < 2, stderr }).toEqual({ code: true, stderr: '' })
    return stdout
  }

  function opened(mark: number, control: string, about: string): Promise<StoredLine> {
    return untilFinding(mark, 'finding.opened', control, about)
  }

  function closed(mark: number, control: string, about: string): Promise<StoredLine> {
    return untilFinding(mark, 'finding.closed', control, about)
  }

  function untilFinding(mark: number, kind: string, control: string, about: string): Promise<StoredLine> {
    return terminal.untilLine(
      mark,
      `${kind} ${control} ${about}`,
      (line) => line.kind === kind && line.control === control && String(line.data.key).includes(about),
    )
  }
})

function makePackage(name: string, version: string, folder: string): string {
  const control = `Package: ${name}\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: IT <it@town.example>\\nDescription: tool\\n`
  return `mkdir -p ${folder}/${name}/DEBIAN
    printf '${control}' >${folder}/${name}/DEBIAN/control
    dpkg-deb -b ${folder}/${name} ${folder}/${name}_${version}_all.deb`
}

/** Two versions of a tool, and a list that holds the newer one. */
const makePackages = `${makePackage('town-tool', '1.0', '/srv/repo')}
  ${makePackage('town-tool', '1.1', '/srv/repo')}
  cd /srv/repo
  { dpkg-deb -f town-tool_1.1_all.deb
    printf 'Filename: ./town-tool_1.1_all.deb\\nSize: %s\\n' "$(stat -c %s town-tool_1.1_all.deb)"
    printf 'SHA256: %s\\n\\n' "$(sha256sum <town-tool_1.1_all.deb | cut -d ' ' -f 1)"; } >Packages
  rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:/srv/repo ./' >/etc/apt/sources.list`

/** The repository as published at that time; it says of itself that it brings security updates. */
function release(when: string): string {
  return `cd /srv/repo
    { printf 'Origin: Debian\\nLabel: Debian-Security\\nSuite: stable-security\\nCodename: bookworm-security\\n'
      printf 'Date: %s\\nSHA256:\\n' "$(LC_ALL=C date -Ru -d '${when}')"
      printf ' %s %s Packages\\n' "$(sha256sum <Packages | cut -d ' ' -f 1)" "$(stat -c %s Packages)"; } >Release
    apt-get update`
}

/** The head of a database as ClamAV writes it: that is what says how old it is. */
function makeDatabase(when: string): string {
  return `mkdir -p /var/lib/clamav && printf '%-512s' \\
    "ClamAV-VDB:$(LC_ALL=C date -u -d '${when}' '+%d %b %Y %H-%M +0000'):27000:2000000:90:0:0:town:$(date -d '${when}' +%s)" \\
    >/var/lib/clamav/daily.cvd`
}
