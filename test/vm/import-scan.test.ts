import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { usbStick } from './devices.ts'
import { isOf } from './evidence.ts'
import { writeFatDisk } from './media-files.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'

/** As eicar.org gives it, in two parts, so that no scanner finds it here. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const pattern = `Tanmori.Test:0:*:${Buffer.from(eicar).toString('hex')}`
/** The daemon's own unit wants the official patterns; this one is served a single pattern of our own. */
const startClamd = `rm -f /var/lib/clamav/*; echo '${pattern}' >/var/lib/clamav/test.ndb
  install -d -o clamav -g clamav /run/clamav
  systemctl reset-failed vm-clamd.service 2>/dev/null
  systemd-run --unit=vm-clamd clamd --foreground --config-file=/etc/clamav/clamd.conf
  until [ -S /run/clamav/clamd.ctl ]; do sleep 0.5; done`
const stopClamd = 'systemctl stop vm-clamd.service; rm -f /run/clamav/clamd.ctl'
/** It loads its patterns before it answers. */
const startMs = 300_000
const nodes = 'ls /dev/sd* 2>/dev/null || true'

describeInGuest('a permitted stick is scanned before anybody reads it', () => {
  let terminal: Terminal
  beforeAll(async () => {
    terminal = await Terminal.start()
    await terminal.machine.must(startClamd, { timeoutMs: startMs })
    await pushPolicy({ timeoutSeconds: 300 })
  })
  afterAll(() => terminal?.close())

  it('clean: it is opened for its user, after its scan', async () => {
    const mark = terminal.mark()
    const plugged = await plug('CLEAN1', { 'note.txt': 'hello' })
    const scanned = await terminal.untilLine(mark, 'its scan', isOf('CLEAN1', 'media.scanned'))
    const allowed = await terminal.untilLine(mark, 'its permission', isOf('CLEAN1', 'media.allowed'))
    expect(scanned.seq).toBeLessThan(allowed.seq ?? 0)
    expect(scanned.data).toMatchObject({ result: 'clean', isOpened: true, files: 1, bytes: 5 })
    expect(String(scanned.data.engine)).toMatch(/^ClamAV \d/)
    expect(scanned.data.volumes).toMatchObject([{ type: 'vfat', state: 'mounted' }])
    // udev gives the nodes away in its own time.
    await terminal.untilInGuest('! stat -c %a /dev/sd* | grep -qx 600')
    expect(await modes()).not.toContain('600')
    expect(await terminal.machine.must('ls /run/tanmori/media; grep -c /run/tanmori/media /proc/mounts || true')).toBe(
      '0',
    )
    await plugged.unplug()
  })

  it('with malware: closed, told to the center and to the clerk, and again when it is plugged in again', async () => {
    for (const serial of ['BAD1', 'BAD1']) {
      const mark = terminal.mark()
      const plugged = await plug(serial, { 'note.txt': 'hello', 'bill.com': eicar })
      const infected = await terminal.untilLine(mark, 'what was found', isOf(serial, 'media.infected'))
      await terminal.untilLine(mark, 'its refusal', isOf(serial, 'media.refused'))
      expect(infected).toMatchObject({ severity: 'critical', data: { signature: 'Tanmori.Test.UNOFFICIAL' } })
      expect(String(infected.data.file).toLowerCase()).toBe('bill.com')
      expect(await terminal.machine.must(nodes)).toBe('')
      await plugged.unplug()
      await terminal.untilListed(serial, false)
    }
    expect(await terminal.machine.must('cat /run/tanmori/notices/ja')).toMatch(
      /不正プログラムが見つかったため.*内線 1234/,
    )
  })

  it('while nothing scans: root alone has it, no desktop mounts it; it opens once clamd is there', async () => {
    const { machine } = terminal
    await machine.must(stopClamd)
    const mark = terminal.mark()
    const plugged = await plug('WAIT1', { 'note.txt': 'hello' })
    await terminal.untilInGuest('ls /dev/sd?1 >/dev/null 2>&1 && udevadm settle')
    expect(await modes()).toMatch(/^(600 root root\n?)+$/)
    expect(await machine.must('udevadm info --query=property --name=$(ls /dev/sd?1)')).toContain('UDISKS_IGNORE=1')
    expect((await machine.run("su alice -c 'head -c 1 /dev/sd?1'")).code).not.toBe(0)
    expect(terminal.since(mark).filter(isOf('WAIT1', 'media.allowed'))).toEqual([])
    await machine.must(startClamd, { timeoutMs: startMs })
    await terminal.untilLine(mark, 'its permission', isOf('WAIT1', 'media.allowed'))
    await plugged.unplug()
  })

  it('when the agent is killed before its scan: closed, and scanned by the next one, told once', async () => {
    const { machine } = terminal
    await machine.must(stopClamd)
    const mark = terminal.mark()
    const plugged = await plug('KILL1', { 'note.txt': 'hello' })
    await terminal.untilInGuest('ls /dev/sd?1 >/dev/null 2>&1')
    await machine.must('systemctl kill --signal=KILL tanmori.service')
    await machine.must(startClamd, { timeoutMs: startMs })
    await terminal.untilLine(mark, 'its permission', isOf('KILL1', 'media.allowed'))
    await plugged.unplug()
    await terminal.expectWhole()
    expect(terminal.since(mark).filter(isOf('KILL1', 'media.scanned'))).toHaveLength(1)
  })

  it('with nothing that scans until the time is over: refused, and that is said', async () => {
    const { machine } = terminal
    await pushPolicy({ timeoutSeconds: 10 })
    await machine.must(stopClamd)
    const mark = terminal.mark()
    const plugged = await plug('LATE1', { 'note.txt': 'hello' })
    const scanned = await terminal.untilLine(mark, 'its scan', isOf('LATE1', 'media.scanned'))
    await terminal.untilLine(mark, 'its refusal', isOf('LATE1', 'media.refused'))
    expect(scanned).toMatchObject({ severity: 'high', data: { result: 'incomplete', isOpened: false, engine: null } })
    expect(await machine.must(nodes)).toBe('')
    await plugged.unplug()
    await terminal.expectWhole()
    expect(terminal.lines().filter(({ kind }) => /bypassed|blind/.test(kind))).toEqual([])
  })

  async function pushPolicy(scan: Readonly<Record<string, unknown>>): Promise<void> {
    const importScan = { enabled: true, ...scan }
    await terminal.pushPolicy({ media: { classes: { 'mass-storage': 'read-write' }, importScan } })
  }

  let images = 0
  function plug(id: string, files: Readonly<Record<string, string>>) {
    images += 1
    const image = join(terminal.machine.folder, `scan-${images}.img`)
    writeFatDisk(image, { label: 'TANMORI', files })
    return terminal.machine.plug(usbStick({ id, image }))
  }

  function modes(): Promise<string> {
    return terminal.machine.must("stat -c '%a %U %G' /dev/sd*")
  }
})
