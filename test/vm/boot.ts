import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
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
const silentMs = 90_000
const lookMs = 1_000
const maxAttempts = 3
const socketsMs = 60_000

/**
 * Powers the machine on with these devices in it, and waits for the guest's agent: that is early, services are still
 * starting. An emulated processor that stands still before the guest's first program runs is powered on anew, and said:
 * nothing that is under test was there yet.
 */
export async function powerOn(
  folder: string,
  hardware: Hardware,
  files: BootFiles,
  devices: Iterable<Device>,
): Promise<Boot> {
  const plugged = [...devices]
  for (let attempt = 1; ; attempt += 1) {
    const boot = await tryPowerOn(folder, hardware, files, plugged)
    if (boot !== null) return boot
    if (attempt === maxAttempts) throw new Error(`the emulated processor stood still ${attempt} times`)
    process.stderr.write(`vm: the emulated processor stood still before the first program; powered on anew\n`)
  }
}

/** Null: the processor stood still. */
async function tryPowerOn(
  folder: string,
  hardware: Hardware,
  files: BootFiles,
  devices: readonly Device[],
): Promise<Boot | null> {
  const paths = machinePaths(folder)
  for (const socket of [paths.qmp, paths.agent]) rmSync(socket, { force: true })
  const consoleStart = sizeOf(paths.console)
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
    if (await Promise.race([ended, firstAnswer(boot, paths.console, consoleStart)])) return boot
    ended.catch(() => undefined) // ended by us
    boot.guest.close()
    qemu.kill()
    await qemu.ended
    return null
  } catch (error) {
    qemu.kill()
    throw error
  }
}

/** True at the guest's first answer; false where the console is silent for long and no program has run yet. */
async function firstAnswer({ guest }: Boot, file: string, start: number): Promise<boolean> {
  let answered = false
  const hello = guest.hello().then(() => {
    answered = true
  })
  const endMs = Date.now() + firstAnswerMs
  let [size, changedMs] = [start, Date.now()]
  while (Date.now() < endMs) {
    await Promise.race([hello, delay(lookMs)])
    if (answered) return true
    if (sizeOf(file) !== size) [size, changedMs] = [sizeOf(file), Date.now()]
    else if (Date.now() - changedMs > silentMs && !hasProgram(file, start)) return false
  }
  throw new Error(`the guest did not answer within ${firstAnswerMs} ms, see ${file}`)
}

/** initramfs-tools' first words; before them only the kernel has spoken. */
function hasProgram(file: string, start: number): boolean {
  return /Loading, please wait|Begin:|systemd\[1\]/.test(readFileSync(file).toString('latin1', start))
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

async function socketsReady(paths: readonly string[]): Promise<void> {
  const until = Date.now() + socketsMs
  while (!paths.every((path) => isListening(path))) {
    if (Date.now() > until) throw new Error('QEMU made no sockets')
    await delay(20)
  }
}

/** The file is there from bind(2) on, a moment before listen(2): until then a connection is refused. */
function isListening(path: string): boolean {
  return existsSync(path) && listeningSocket.test(findSocket(path))
}

/** proc(5), `/proc/net/unix`: the fourth column is the flags; 0x10000 is `__SO_ACCEPTCON`. */
const listeningSocket = /^\S+ \S+ \S+ 00010000 /
function findSocket(path: string): string {
  return (
    readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .find((line) => line.endsWith(` ${path}`)) ?? ''
  )
}
