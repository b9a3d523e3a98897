import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hostAddress } from './host-center.ts'
import { guestShare } from './machine.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'

const slowMs = 300_000
const table = 'nft list table inet tanmori_quarantine'
const id = 'Q-2026-001'

describeInGuest('a terminal that is cut off', () => {
  let terminal: Terminal
  /** Another service of the host that has the center: reached before, and not while it is cut off. */
  let other: Server
  let port: number
  beforeAll(async () => {
    terminal = await Terminal.start()
    other = createServer((socket) => socket.end())
    port = await listen(other)
  })
  afterAll(async () => {
    await terminal?.close()
    other?.close()
  })

  it('by a signed order reaches the center and nothing else, and the center knows it', async () => {
    const { machine, center } = terminal
    expect(await reaches()).toBe(true)
    const mark = terminal.mark()
    await center.quarantine({ action: 'order', terminal: terminal.id, id, version: 1 })
    const on = await terminal.untilLine(mark, 'its cut', ({ kind }) => kind === 'quarantine.on')
    expect(on).toMatchObject({ subject: id, severity: 'critical', data: { isInForce: true, source: 'center' } })
    expect(await reaches()).toBe(false)
    expect(await machine.must(table)).toContain(
      `ip daddr ${hostAddress} tcp dport ${center.folder.collectorPort} accept`,
    )
    const shown = await machine.run('tanmori status --lang ja', { timeoutMs: slowMs })
    expect(shown.code).toBe(1)
    expect(shown.stdout).toMatch(
      /この端末はネットワークから切り離されています[\s\S]*情報政策課 内線 1234[\s\S]*Q-2026-001/,
    )
    expect(await machine.must('cat /run/tanmori/notices/ja')).toContain('この端末をネットワークから切り離しました')
  })

  it('stays so when every rule is flushed, and that is told', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.must('nft flush ruleset')
    await terminal.untilInGuest(`${table} >/dev/null 2>&1`)
    expect(await reaches()).toBe(false)
    await terminal.untilLine(mark, 'what was done to it', isTampered)
  })

  it('stays so while the agent is dead', async () => {
    const { machine } = terminal
    await machine.must('systemctl stop tanmori.service && nft delete table inet tanmori_quarantine')
    await terminal.untilInGuest(`${table} >/dev/null 2>&1`)
    expect(await reaches()).toBe(false)
    const mark = terminal.mark()
    await machine.must('systemctl start tanmori.service')
    await terminal.untilStarted(mark)
  })

  it('stays so over a restart, from before its interface is up; the center is reached again', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.reboot()
    await terminal.untilStarted(mark)
    await machine.settled()
    expect(await reaches()).toBe(false)
    const order = 'systemctl show -p ActiveEnterTimestampMonotonic --value'
    const [cut = '', network = ''] = (
      await machine.must(`${order} tanmori-quarantine.service; ${order} systemd-networkd.service`)
    )
      .split('\n')
      .filter((line) => line !== '')
    // A oneshot that is done has no such time; what counts is that its table stood when the network began.
    expect(Number(network)).toBeGreaterThan(Number(cut))
    expect(await machine.must('systemctl show -p Before --value tanmori-quarantine.service')).toContain(
      'network-pre.target',
    )
    expect(terminal.since(mark).filter(({ kind }) => kind === 'quarantine.on')).toEqual([])
  })

  it('is not let back by an older release, from a file at the terminal', async () => {
    const { machine, center } = terminal
    const mark = terminal.mark()
    const file = join(machine.share, 'old.dsse.json')
    // Signed by the right person, for another cut: it was never this one's.
    await center.quarantine({ action: 'release', terminal: terminal.id, id: 'Q-2026-000', version: 9, file })
    await machine.must(`tanmori quarantine apply ${guestShare}/old.dsse.json`, { timeoutMs: slowMs })
    expect(await reaches()).toBe(false)
    const same = join(machine.share, 'same.dsse.json')
    await center.quarantine({ action: 'release', terminal: terminal.id, id, version: 1, file: same })
    const { code, stdout } = await machine.run(`tanmori quarantine apply ${guestShare}/same.dsse.json`, {
      timeoutMs: slowMs,
    })
    expect([code, stdout]).toEqual([1, expect.stringContaining('quarantine.version-not-higher')])
    await terminal.untilLine(mark, 'its refusal', ({ kind }) => kind === 'quarantine.refused')
    expect(await reaches()).toBe(false)
  })

  it('is let back by the release of its cut, and tells all of it once', async () => {
    const { center } = terminal
    const mark = terminal.mark()
    await center.quarantine({ action: 'release', terminal: terminal.id, id, version: 2 })
    const off = await terminal.untilLine(
      mark,
      'its release',
      ({ kind, subject }) => kind === 'quarantine.off' && subject === id,
    )
    expect(off.data).toMatchObject({ isInForce: true, remaining: [] })
    expect(await reaches()).toBe(true)
    await terminal.expectWhole()
    expect(terminal.lines().filter(({ kind }) => kind === 'quarantine.on')).toHaveLength(1)
  })

  async function reaches(): Promise<boolean> {
    const words = `perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => "${hostAddress}", PeerPort => ${port}, Timeout => 5) ? 0 : 1)'`
    return (await terminal.machine.run(words)).code === 0
  }
})

function isTampered({ kind, subject }: Readonly<{ kind: string; subject: string }>): boolean {
  return kind === 'guard.tampered' && subject === 'quarantine'
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no port'))
      else resolve(address.port)
    })
  })
}
