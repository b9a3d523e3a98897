import { afterAll, beforeAll, expect, it } from 'vitest'
import { composite, controllerOff, pressOnComposite } from './composite.ts'
import type { Device } from './device.ts'
import * as devices from './devices.ts'
import type { StoredLine } from './evidence.ts'
import { type InputEvent, movePointer, pressKeys, recordInput } from './input.ts'
import { createMedia, fileName } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'
import { startWatch, stopWatch } from './watch.ts'

type Media = ReturnType<typeof createMedia>
type Refused = Readonly<{
  what: string
  /** In this order, and out in the other. */
  make: (media: Media) => readonly Device[]
  kind: 'media.refused' | 'device.refused'
  ruleId: string
  functions: number
  configurations: number
  /** In the guest while it is in: shell words that print nothing where there is no way to it. */
  way: string
}>

/** input-event-codes of Linux, EV_KEY: 1 pressed, 0 let go, 2 repeated because it is held, as on a slow machine. */
const repeated = 2
const noNode = 'ls /dev/sd* /dev/sr* /dev/mmcblk* 2>/dev/null || true'
const storage = {
  kind: 'media.refused',
  ruleId: 'media.classes.mass-storage',
  functions: 1,
  configurations: 1,
  way: noNode,
} as const
const refused: readonly Refused[] = [
  { ...storage, what: 'a stick', make: (m) => [devices.usbStick({ id: 'BOT1', image: m.disk('bot') })] },
  { ...storage, what: 'a UAS disk', make: (m) => [devices.uasDisk({ id: 'UAS1', image: m.disk('uas') })] },
  { ...storage, what: 'a USB optical drive', make: (m) => [devices.usbOptical({ id: 'CD1', image: m.disc('cd') })] },
  {
    ...storage,
    what: 'an SD card',
    make: (m) => [devices.sdCard({ id: 'SD1', image: m.disk('sd') })],
    ruleId: 'media.classes.sd-card',
  },
  {
    ...storage,
    what: 'a phone over MTP',
    make: (m) => [devices.mtpPhone({ id: 'MTP1', folder: m.phone('phone') })],
    ruleId: 'media.classes.portable',
    way: `timeout 60 mtp-files 2>/dev/null | grep ${fileName} || true`,
  },
  {
    what: 'a USB network adapter',
    make: () => [devices.usbNetwork({ id: 'NET1' })],
    kind: 'device.refused',
    ruleId: 'devices.classes.network',
    functions: 2,
    configurations: 2,
    way: 'cd /sys/class/net && ls -d usb* 2>/dev/null || true',
  },
  {
    ...storage,
    what: 'a stick behind a hub',
    make: (m) => [
      devices.usbHub({ id: 'HUB1', port: '4' }),
      devices.usbStick({ id: 'BEHIND1', image: m.disk('behind'), port: '4.1' }),
    ],
  },
  {
    ...storage,
    what: 'a stick on a controller that appears late',
    make: (m) => [
      devices.usbController({ id: 'late' }),
      devices.usbStick({ id: 'LATE1', image: m.disk('late'), bus: 'late.0' }),
    ],
  },
]

describeInGuest('on a blocked terminal', () => {
  let terminal: Terminal
  beforeAll(async () => {
    terminal = await Terminal.start()
  })
  afterAll(() => terminal?.close())

  it.each(refused)('$what is refused, seen at the center once, and never readable', async (row) => {
    const { machine } = terminal
    const mark = terminal.mark()
    await startWatch(machine)
    const plugged = row.make(createMedia(machine))
    for (const device of plugged) await machine.plug(device)
    const first = await terminal.untilLine(mark, `${row.kind} of ${row.what}`, ({ kind }) => kind === row.kind)
    // The device may still be given a configuration, whose functions are told of too: not in the middle of that.
    await terminal.untilLooked()
    expect(await machine.must(row.way)).toBe('')
    for (const device of plugged.toReversed()) await machine.unplug(device)
    await terminal.untilLine(mark, 'its removal', (line) => isRemovalOf(line, first))
    const { nodes, arrivals, looks } = await stopWatch(machine)

    expect(nodes).toEqual([])
    expect(arrivals).toBeGreaterThan(0)
    expect(looks).toBeGreaterThan(0)
    const told = terminal.since(mark).filter(({ kind }) => /refused|bypassed|allowed/.test(kind))
    const ofIt = told.filter(({ about }) => about.verdict?.ruleId !== 'never-blockable')
    // A device of two configurations that is seen before one is chosen is told with the functions of both.
    const functions = new Set(ofIt.map(({ about }) => about.function))
    expect([row.functions, row.functions * row.configurations]).toContain(functions.size)
    expect(ofIt.map(({ kind }) => kind)).toEqual(Array(functions.size).fill(row.kind))
    for (const { about } of ofIt) {
      expect(about.verdict).toMatchObject({ ruleId: row.ruleId, policyVersion: terminal.center.policyVersion })
      expect(about.verdict).toMatchObject({ access: 'block', wouldBe: 'block', mode: 'enforce' })
      expect(about.observed).toBe('closed, no driver, no block node')
    }
  })

  it.each([
    ['keyboard', devices.usbKeyboard({ id: 'KBD1' }), (t: Terminal) => pressKeys(t.machine, ['a']), 'key'],
    ['mouse', devices.usbMouse({ id: 'MOUSE1' }), (t: Terminal) => movePointer(t.machine, 'rel'), 'relative'],
    ['tablet', devices.usbTablet({ id: 'TAB1' }), (t: Terminal) => movePointer(t.machine, 'abs'), 'absolute'],
  ] as const)('a %s works, and being new it is an event', async (name, device, act, type) => {
    const mark = terminal.mark()
    const plugged = await terminal.machine.plug(device)
    await terminal.untilLine(mark, 'the new input device', ({ kind }) => kind === 'device.input-new')
    // It is told before its driver has bound, which may have to be loaded.
    await terminal.untilInGuest(`grep -qsi ${name} /sys/class/input/event*/device/name`)
    const events = await recordInput(terminal.machine, () => act(terminal))
    await plugged.unplug()
    expect(events.filter((event) => event.type === type).length).toBeGreaterThan(0)
  })

  it('a smart-card reader is open', async () => {
    const mark = terminal.mark()
    const plugged = await terminal.machine.plug(devices.smartCardReader({ id: 'CCID1' }))
    const isReader = ({ about }: StoredLine) => about.verdict?.class === 'smart-card'
    const line = await terminal.untilLine(mark, 'the reader', isReader)
    const path = `/sys/bus/usb/devices/${line.about.function}`
    const state = await terminal.machine.must(`cat ${path}/bInterfaceClass ${path}/authorized`)
    await plugged.unplug()
    expect(line).toMatchObject({ kind: 'device.allowed', about: { verdict: { reason: 'never-blockable' } } })
    expect(state).toBe('0b\n1')
  })

  it('of a stick that is also a keyboard, the keyboard works and the storage is refused', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await startWatch(machine)
    const plugged = await machine.plug(composite({ id: 'BOTH1', functions: ['storage', 'keyboard'] }))
    await terminal.untilLine(mark, 'the refusal', ({ kind }) => kind === 'media.refused')
    const isKeyboard = ({ kind, about }: StoredLine) => kind === 'device.allowed' && about.verdict?.class === 'input'
    await terminal.untilLine(mark, 'the keyboard', isKeyboard)
    let keys: readonly InputEvent[] = []
    keys = await recordInput(machine, () => machine.must(pressOnComposite(4)))
    await plugged.unplug()
    const { nodes } = await stopWatch(machine)
    await machine.must(controllerOff)
    expect(keys.filter(({ type, code, value }) => type === 'key' && code === 30 && value !== repeated).length).toBe(2)
    expect(nodes).toEqual([])
    const told = terminal.since(mark).map(({ kind, about }) => [kind, about.verdict?.class ?? null])
    expect(told).toContainEqual(['media.refused', 'mass-storage'])
    expect(told).toContainEqual(['device.allowed', 'input'])
    expect(told).toContainEqual(['device.input-new', null])
  })

  it('tells a clerk in Japanese what was refused and whom to ask', async () => {
    const status = `runuser -u alice -- env LANG=ja_JP.UTF-8 tanmori status || [ $? = 1 ]`
    const text = await terminal.machine.must(status, { timeoutMs: 300_000 })
    expect(text).toMatch(/USBメモリ等の記憶媒体「.+」の使用を止めました。/)
    expect(text).toContain('問い合わせ先: 情報政策課 内線 1234')
    expect(text).toContain('実施中（許可のない機器の使用を止めます）')
  })

  it('is exposed by at most 2.0, as systemd-analyze counts', async () => {
    const text = await terminal.machine.must('systemd-analyze security tanmori.service --no-pager')
    const [, score] = /Overall exposure level for tanmori\.service: ([\d.]+)/.exec(text) ?? []
    expect(Number(score)).toBeGreaterThan(0)
    expect(Number(score)).toBeLessThanOrEqual(2.0)
  })

  it('has its whole journal at the center, each line once', async () => {
    await terminal.expectWhole()
  })
})

function isRemovalOf({ kind, about }: StoredLine, told: StoredLine): boolean {
  return /\.removed$/.test(kind) && about.device?.key === told.about.device?.key
}
