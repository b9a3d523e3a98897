import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Device } from './device.ts'
import { GuestChannel } from './guest-channel.ts'
import { type BootFiles, type Hardware, machinePaths, qemuArguments } from './qemu-arguments.ts'
import { type QemuProcess, startQemu } from './qemu-process.ts'
import { Qmp } from './qmp.ts'

/** One power-on: from here to the end of the QEMU process. */
export interface Boot {
  readonly qemu: QemuProcess
  readonly qmp: Qmp
  readonly guest: GuestChannel
}

const firstAnswerMs = 600_000
const socketsMs = 60_000

/** Powers the machine on with these devices in it, and waits for the guest's agent: that is early, services are still starting. */
export async function powerOn(
  folder: string,
  hardware: Hardware,
  files: BootFiles,
  devices: Iterable<Device>,
): Promise<Boot> {
  const paths = machinePaths(folder)
  const qemu = startQemu(qemuArguments(folder, hardware, files))
  const ended = qemu.ended.then((words) => {
    throw new Error(`QEMU ended before the guest answered: ${words || `see ${paths.console}`}`)
  })
  try {
    await Promise.race([ended, socketsReady([paths.qmp, paths.agent])])
    const boot = { qemu, qmp: new Qmp(paths.qmp), guest: new GuestChannel(paths.agent) }
    await boot.qmp.negotiate()
    for (const device of devices) await device.plug(boot)
    await boot.qmp.execute('cont')
    const late = new AbortController()
    const tooLate = delay(firstAnswerMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the guest did not answer within ${firstAnswerMs} ms, see ${paths.console}`)
    })
    tooLate.catch(() => undefined) // also when it is called off
    await Promise.race([boot.guest.hello(), ended, tooLate]).finally(() => late.abort())
    return boot
  } catch (error) {
    qemu.kill()
    throw error
  }
}

async function socketsReady(paths: readonly string[]): Promise<void> {
  const until = Date.now() + socketsMs
  while (!paths.every((path) => existsSync(path))) {
    if (Date.now() > until) throw new Error('QEMU made no sockets')
    await delay(20)
  }
}
