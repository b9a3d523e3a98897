import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readVersion } from '../../../installers/build/bundle.ts'
import { buildDeb } from '../../../installers/linux/package.ts'
import { usbStick } from '../../vm/devices.ts'
import { HostCenter, makeCenter } from '../../vm/host-center.ts'
import { install } from '../../vm/installation.ts'
import { type Machine, startMachine } from '../../vm/machine.ts'
import { createMedia } from '../../vm/media.ts'
import { missing } from '../../vm/requirements.ts'
import { Terminal } from '../../vm/terminal.ts'
import type { BenchContext, Measure, Row } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const plugs = 20
const pollMs = 2
const plugTimeoutMs = 60_000

type Plug = Readonly<{ committedMs: number; afterKernelMs: number }>

/** `--vm`: the package in a Debian guest under its policy, the center on the host, a stick plugged in by QMP. */
export const measureInGuest: Measure = async (context) => {
  if (missing.length > 0) {
    context.say(`vm: left out, this machine lacks ${missing.join(', ')}`)
    return []
  }
  const plugged = await plugMany(context)
  const peer = await plugAtUsbguard(context.say)
  const committed = plugged.map(({ committedMs }) => committedMs)
  const decided = plugged.map(({ afterKernelMs }) => afterKernelMs)
  const how = `n=${plugged.length}, QEMU TCG (an emulated processor, about ten times slower than hardware)`
  return [
    describe('plug-in → event committed by the collector, p50 / p99', '300 ms / 1 s', committed, {
      peer: 'not published by anyone read; MDE: up to 6 h report delay [M2]',
      how: `${how}; from QMP device_add on, in which the kernel's enumeration takes about 285 ms (lab §4)`,
    }),
    describe('refusal recorded after the kernel saw the device, p50 / p99', 'as usbguard', decided, {
      peer: `USBGuard 1.1.2 beside it: ${formatMs(peer)} (its audit line, n=${peer.length})`,
      how: `${how}; the event's own time less that of the kernel's "new … USB device" line`,
    }),
  ]
}

function describe(what: string, target: string, values: readonly number[], about: Pick<Row, 'peer' | 'how'>): Row {
  const [p50, p99] = [round(percentile(values, 0.5)), round(percentile(values, 0.99))]
  return { what, target, measured: formatMs(values), ...about, numbers: { p50Ms: p50, p99Ms: p99 } }
}

function formatMs(values: readonly number[]): string {
  return `${round(percentile(values, 0.5))} / ${round(percentile(values, 0.99))} ms`
}

async function plugMany({ root, folder, say }: BenchContext): Promise<readonly Plug[]> {
  say('vm: installing the package in a guest (some minutes)')
  const deb = buildDeb({ root, version: readVersion(root), executables: join(root, 'dist'), output: folder })
  const installation = await install(folder, deb, await makeCenter(join(folder, 'vm-center')))
  const { disk, initrdExtra, terminalId } = installation
  const center = HostCenter.create(installation.center)
  let machine: Machine | null = null
  try {
    await center.start()
    machine = await startMachine({ disk, initrdExtras: [initrdExtra] })
    const terminal = new Terminal(machine, center, terminalId)
    await terminal.untilStarted(0)
    await machine.settled()
    const image = createMedia(machine).disk('bench')
    const offsetMs = await readKernelClock(machine)
    const plugged: Plug[] = []
    for (let plug = 1; plug <= plugs; plug += 1) {
      const one = await plugOnce(terminal, `BENCH${plug}`, image, offsetMs)
      plugged.push(one)
      say(`vm: plug ${plug} of ${plugs}: ${round(one.committedMs)} ms, ${round(one.afterKernelMs)} ms after the kernel`)
    }
    return plugged
  } finally {
    await machine?.close()
    await center.close()
  }
}

async function plugOnce(terminal: Terminal, id: string, image: string, offsetMs: number): Promise<Plug> {
  const { machine, center } = terminal
  const db = new DatabaseSync(join(center.folder.dir, 'store.sqlite'), { readOnly: true })
  const find = db.prepare("SELECT at FROM events WHERE kind = 'media.refused' AND data LIKE ?")
  try {
    const startMs = performance.now()
    const plugged = await machine.plug(usbStick({ id, image }))
    let row = find.get(`%"${id}"%`)
    while (row === undefined) {
      if (performance.now() - startMs > plugTimeoutMs) throw new Error(`no refusal of ${id}`)
      await delay(pollMs)
      row = find.get(`%"${id}"%`)
    }
    const committedMs = performance.now() - startMs
    const { at } = z.object({ at: z.string() }).parse(row)
    const seenMs = await readKernelLine(machine, offsetMs)
    await plugged.unplug()
    await delay(1_000)
    return { committedMs, afterKernelMs: Date.parse(at) - seenMs }
  } finally {
    db.close()
  }
}

/** Milliseconds from the clock of the kernel's log to the guest's wall clock, by a line that is put there. */
async function readKernelClock(machine: Machine): Promise<number> {
  const mark = 'tanmori-bench-mark'
  const text = await machine.must(`date +%s.%N; echo ${mark} >/dev/kmsg; dmesg | grep ${mark} | tail -n 1`)
  const [, wall, kernel] = /^(\d+\.\d+)\s+\[\s*(\d+\.\d+)\]/.exec(text) ?? []
  if (wall === undefined || kernel === undefined) throw new Error(`wanted a time and the kernel's mark, came ${text}`)
  return (Number(wall) - Number(kernel)) * 1000
}

/** When the kernel said that it meets the device, in milliseconds of the guest's wall clock. */
async function readKernelLine(machine: Machine, offsetMs: number): Promise<number> {
  const line = await machine.must("dmesg | grep 'USB device number' | tail -n 1")
  const [, seconds] = /\[\s*([\d.]+)\]/.exec(line) ?? []
  if (seconds === undefined) throw new Error(`wanted the kernel's line of a new device, came ${line}`)
  return Number(seconds) * 1000 + offsetMs
}

/** USBGuard alone in a guest of the same image: from the kernel's line to the decision in its own audit file. */
async function plugAtUsbguard(say: (text: string) => void): Promise<readonly number[]> {
  say('vm: usbguard in a guest of the same image')
  const machine = await startMachine({})
  try {
    await machine.settled()
    await machine.must(`printf 'allow with-interface one-of { 03:*:* 09:*:* }\\nblock\\n' >/etc/usbguard/rules.conf
      chmod 600 /etc/usbguard/rules.conf; systemctl unmask usbguard && systemctl start usbguard; sleep 5`)
    const offsetMs = await readKernelClock(machine)
    const image = createMedia(machine).disk('bench')
    const afterKernelMs: number[] = []
    for (let plug = 1; plug <= plugs; plug += 1) {
      const id = `PEER${plug}`
      const plugged = await machine.plug(usbStick({ id, image }))
      const decided = `grep 'serial "${id}"' /var/log/usbguard/usbguard-audit.log | grep "target.new='block'"`
      const line = await machine.must(`until ${decided}; do sleep 0.1; done`, { timeoutMs: plugTimeoutMs })
      const [, seconds] = /^\[([\d.]+)\]/.exec(line) ?? []
      afterKernelMs.push(Number(seconds) * 1000 - (await readKernelLine(machine, offsetMs)))
      await plugged.unplug()
      await delay(1_000)
    }
    return afterKernelMs
  } finally {
    await machine.close()
  }
}
