import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Device } from './device.ts'
import { sdCard, uasDisk, usbKeyboard, usbStick } from './devices.ts'
import { pressKeys, recordInput } from './input.ts'
import { createMedia } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'
import { readWatch, startWatch, stopWatch } from './watch.ts'

/** TANMORI_TRIALS=500 tries more often, TANMORI_BOOTS=50 starts more often. */
const trials = Number(process.env.TANMORI_TRIALS ?? 50)
const boots = Number(process.env.TANMORI_BOOTS ?? 5)
/** So many are in at once: each stays in for as long as the ones after it take to arrive. */
const inAtOnce = 4
const forTrials = { timeout: 300_000 + trials * 20_000 } as const
const forBoots = { timeout: 300_000 + boots * 240_000 } as const

describeInGuest(`a medium put in again and again (${trials} trials)`, () => {
  let terminal: Terminal
  let media: readonly Device[]
  beforeAll(async () => {
    terminal = await Terminal.start()
    const { disk } = createMedia(terminal.machine)
    media = Array.from({ length: inAtOnce }, (_, index) => {
      const id = `TRIAL${index}`
      const place = { id, image: disk(id), port: String(index + 1) }
      return index % 2 === 0 ? usbStick(place) : uasDisk(place)
    })
  })
  afterAll(() => terminal?.close())

  it('is never readable while the agent runs, and the center has each of them once', forTrials, async () => {
    const mark = terminal.mark()
    const { nodes, arrivals } = await tryAll(trials)
    // On a machine that is slow enough one leaves before it is looked at, and is told as such.
    await terminal.untilLines(mark, trials, ({ kind }) => kind === 'media.removed' || kind === 'media.brief')
    await terminal.untilDelivered()
    expect({ nodes, arrivals }).toEqual({ nodes: [], arrivals: trials })
    const lines = terminal.since(mark)
    const count = (wanted: string) => lines.filter(({ kind }) => kind === wanted).length
    expect(count('media.refused') + count('media.brief')).toBe(trials)
    expect(count('media.removed')).toBe(count('media.refused'))
    expect(count('media.refused')).toBeGreaterThan(0)
    expect(lines.filter(({ kind }) => /bypassed|blind|tampered/.test(kind))).toEqual([])
  })

  it('that comes and goes while the agent stands still is told when it goes on', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.must('systemctl kill --signal=STOP tanmori.service')
    await tryAll(1)
    await machine.must('systemctl kill --signal=CONT tanmori.service')
    const line = await terminal.untilLine(mark, 'what came and went', ({ kind }) => kind === 'media.brief')
    expect(line.subject).toMatch(/46f4:0001/)
    expect(line.about).toMatchObject({ device: { functions: [{ class: 'mass-storage', usbClass: '08/06/50' }] } })
    expect(line.about.verdict).toMatchObject({ access: 'block', wouldBe: 'block' })
    expect(terminal.since(mark).filter(({ kind }) => kind === 'media.brief')).toHaveLength(1)
  })

  it('is never readable with udevd stopped dead', forTrials, async () => {
    await terminal.machine.must('systemctl kill --signal=STOP systemd-udevd')
    const { nodes, arrivals } = await tryAll(Math.ceil(trials / 10))
    await terminal.machine.must('systemctl kill --signal=CONT systemd-udevd; udevadm settle')
    expect({ nodes, arrivals }).toEqual({ nodes: [], arrivals: Math.ceil(trials / 10) })
  })

  it('is never readable with the agent killed and kept from coming back, and keyboards work', forTrials, async () => {
    const { machine } = terminal
    await machine.must('systemctl mask --runtime tanmori.service && systemctl kill --signal=KILL tanmori.service')
    await terminal.untilInGuest('! systemctl is-active --quiet tanmori.service')
    const { nodes, arrivals } = await tryAll(trials)
    const plugged = await machine.plug(usbKeyboard({ id: 'KBD' }))
    await terminal.untilInGuest('grep -qs Keyboard /sys/class/input/event*/device/name')
    const keys = await recordInput(machine, () => pressKeys(machine, ['a']))
    await plugged.unplug()
    const mark = terminal.mark()
    await machine.must('systemctl unmask --runtime tanmori.service && systemctl start tanmori.service')
    await terminal.untilStarted(mark)
    expect({ nodes, arrivals }).toEqual({ nodes: [], arrivals: trials })
    expect(keys.filter(({ type }) => type === 'key').length).toBeGreaterThan(0)
  })

  it(
    `is never readable when it is in at power-on, in ${boots} boots, and then refused by the agent`,
    forBoots,
    async () => {
      const { machine } = terminal
      const { disk } = createMedia(machine)
      await machine.shutdown()
      const inAtBoot = [...media, sdCard({ id: 'CARD', image: disk('card') })]
      for (const device of inAtBoot) await machine.plug(device)
      for (let boot = 0; boot < boots; boot += 1) {
        const mark = terminal.mark()
        await machine.powerOn({ append: ['vm.watch'] })
        await terminal.untilLines(mark, inAtBoot.length, ({ kind }) => kind === 'media.refused')
        const { nodes, looks } = await readWatch(machine)
        expect({ boot, readable: nodes.filter((node) => node.wasReadable) }).toEqual({ boot, readable: [] })
        expect(looks).toBeGreaterThan(0)
        await machine.cutPower()
      }
      await machine.powerOn({ append: [] })
      await terminal.expectWhole()
    },
  )

  async function tryAll(count: number): Promise<Awaited<ReturnType<typeof readWatch>>> {
    const { machine } = terminal
    await startWatch(machine)
    const taken: Device[] = []
    for (let trial = 0; trial < count; trial += 1) {
      const device = media[trial % media.length]
      if (device === undefined) throw new Error('no medium')
      if (taken.length === media.length) await machine.unplug(taken.shift() ?? device)
      await machine.plug(device)
      taken.push(device)
      await untilMet(trial + 1)
    }
    // The last ones stay in for as long as the others: usb-storage waits a second before it looks for disks.
    await machine.must('sleep 3')
    for (const device of taken) await machine.unplug(device)
    return stopWatch(machine)
  }

  /** The kernel has met that many media since the watch began. */
  async function untilMet(count: number): Promise<void> {
    await terminal.untilInGuest(`[ $(grep -c ^arrival /run/vm/watch) -ge ${count} ]`)
  }
})
