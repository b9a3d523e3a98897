import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Device } from './device.ts'
import { usbStick } from './devices.ts'
import { isOf } from './evidence.ts'
import { createMedia } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'
import { startWatch, stopWatch } from './watch.ts'

const rounds = 4
const kill = 'systemctl kill --signal=KILL tanmori.service'
/** Its blocks are only taken, not written; what is left then is taken by writing. */
const fillDisk = `fallocate -l $(df --output=avail -B1 /var | tail -1) /var/fill
  dd if=/dev/zero of=/var/fill2 bs=4k 2>/dev/null; sync; [ $(df --output=avail /var | tail -1) = 0 ]`

describeInGuest('whatever happens, the center ends with every violation once', () => {
  let terminal: Terminal
  let image: string
  beforeAll(async () => {
    terminal = await Terminal.start()
    image = createMedia(terminal.machine).disk('stick')
  })
  afterAll(() => terminal?.close())

  it('the agent killed again and again while sticks come and go', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await startWatch(machine)
    const serials = Array.from({ length: rounds }, (_, round) => `KILL${round}`)
    for (const [round, serial] of serials.entries()) {
      const stick = await machine.plug(stickOf(serial))
      await machine.must(`sleep 0.${round * 2}; ${kill}`)
      await terminal.untilLine(mark, `the refusal of ${serial}`, isOf(serial, 'media.refused'))
      await machine.must(kill)
      await stick.unplug()
      await terminal.untilListed(serial, false)
    }
    const { nodes } = await stopWatch(machine)
    await terminal.expectWhole()
    expect(nodes).toEqual([])
    for (const kind of ['media.refused', 'media.removed']) {
      expect(serials.map((serial) => [kind, count(mark, serial, kind)])).toEqual(serials.map(() => [kind, 1]))
    }
    expect(terminal.since(mark).filter(({ kind }) => kind === 'agent.started').length).toBeGreaterThanOrEqual(rounds)
  })

  it('the network cut in the guest', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.must('ip link set eth0 down')
    const stick = await machine.plug(stickOf('LINK1'))
    await terminal.untilListed('LINK1')
    await stick.unplug()
    await terminal.untilListed('LINK1', false)
    expect(terminal.since(mark).filter(isOf('LINK1', 'media.refused'))).toEqual([])
    await machine.must('ip link set eth0 up')
    await terminal.expectWhole()
    expect(count(mark, 'LINK1', 'media.refused')).toBe(1)
  })

  it('the disk full', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.must(fillDisk, { timeoutMs: 300_000 })
    await startWatch(machine)
    const stick = await machine.plug(stickOf('FULL1'))
    await terminal.untilListed('FULL1')
    await stick.unplug()
    await terminal.untilListed('FULL1', false)
    const { nodes } = await stopWatch(machine)
    await machine.must('rm /var/fill /var/fill2; sync')
    const again = await machine.plug(stickOf('FULL2'))
    await terminal.untilLine(mark, 'a refusal after it', isOf('FULL2', 'media.refused'))
    await again.unplug()
    await terminal.expectWhole()
    expect(nodes).toEqual([])
    expect(['FULL1', 'FULL2'].map((serial) => count(mark, serial, 'media.refused'))).toEqual([1, 1])
    expect(terminal.since(mark).filter(({ kind }) => kind === 'log.failure').length).toBeGreaterThan(0)
  })

  it('the center away, a restart and a power cut in between', async () => {
    const { machine, center } = terminal
    const mark = terminal.mark()
    await center.stop()
    const before = await machine.plug(stickOf('AWAY1'))
    await terminal.untilListed('AWAY1')
    await before.unplug()
    await terminal.untilListed('AWAY1', false)
    await machine.reboot()
    const stays = await machine.plug(stickOf('AWAY2'))
    await terminal.untilListed('AWAY2')
    await machine.cutPower()
    await machine.powerOn()
    await terminal.untilListed('AWAY2')
    await center.start()
    await terminal.expectWhole()
    await stays.unplug()
    expect(count(mark, 'AWAY1', 'media.refused')).toBe(1)
    // It was in through the power cut: refused in each of the two runs of the machine.
    const twice = terminal.since(mark).filter(isOf('AWAY2', 'media.refused'))
    expect([twice.length, new Set(twice.map(({ bootId }) => bootId)).size]).toEqual([2, 2])
  })

  it('and nothing was ever usable', async () => {
    await terminal.expectWhole()
    expect(terminal.lines().filter(({ kind }) => /bypassed|allowed/.test(kind) && !/device/.test(kind))).toEqual([])
  })

  function stickOf(serial: string): Device {
    return usbStick({ id: serial, image, port: '1' })
  }

  function count(mark: number, serial: string, kind: string): number {
    return terminal.since(mark).filter(isOf(serial, kind)).length
  }
})
