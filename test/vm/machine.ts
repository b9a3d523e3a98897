import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Boot, powerOn } from './boot.ts'
import type { Device, PluggedDevice } from './device.ts'
import type { Outcome, RunOptions } from './guest-channel.ts'
import { ensureImage, type Image } from './image.ts'
import { joinInitrds } from './initrd.ts'
import { type BootOptions, defaultOptions, type MachineOptions } from './machine-options.ts'
import { machinePaths } from './qemu-arguments.ts'
import type { Qmp } from './qmp.ts'

const orderlyEndMs = 300_000
/** The guest's side of `machine.share`. */
export const guestShare = '/mnt/host'

/** One guest with a root disk of its own that lasts until `close`, over any number of boots. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'tanmori-vm-'))
  readonly share = machinePaths(this.folder).share
  readonly console = machinePaths(this.folder).console
  readonly #image: Image
  readonly #plugged = new Map<string, Device>()
  #options: MachineOptions
  #boot: Boot | undefined

  constructor(image: Image, options: MachineOptions) {
    this.#image = image
    this.#options = options
    mkdirSync(this.share)
    const { overlay } = machinePaths(this.folder)
    const base = options.disk === null ? ['-F', 'raw', '-b', image.root] : ['-F', 'qcow2', '-b', options.disk]
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...base, overlay])
    for (const device of options.devices) this.#plugged.set(device.id, device)
  }

  /** Powers on with all that is plugged in. Returns at the guest's first answer; `settled` waits for its services. */
  async powerOn(changes: Partial<BootOptions> = {}): Promise<void> {
    this.#options = { ...this.#options, ...changes }
    const { append, initrd, initrdExtras } = this.#options
    const paths = machinePaths(this.folder)
    joinInitrds(initrd === 'image' ? this.#image.initrd : this.#guestInitrd(), initrdExtras, paths.initrd)
    const files = { kernel: this.#image.kernel, initrd: paths.initrd, append }
    this.#boot = await powerOn(this.folder, this.#options, files, this.#plugged.values())
  }

  get qmp(): Qmp {
    return this.#running().qmp
  }

  run(script: string, options?: RunOptions): Promise<Outcome> {
    return this.#running().guest.run(script, options)
  }

  must(script: string, options?: RunOptions): Promise<string> {
    return this.#running().guest.must(script, options)
  }

  /** Waits until systemd has started all that it is going to start; gives `running` or `degraded`. */
  async settled(): Promise<string> {
    return (await this.run('systemctl is-system-running --wait', { timeoutMs: orderlyEndMs })).stdout.trim()
  }

  /** While the machine is off: it is in at the next power-on. */
  async plug(device: Device): Promise<PluggedDevice> {
    if (this.#boot) await device.plug(this.#boot)
    this.#plugged.set(device.id, device)
    return { device, unplug: () => this.unplug(device) }
  }

  async unplug(device: Device): Promise<void> {
    this.#plugged.delete(device.id)
    if (this.#boot) await device.unplug(this.#boot)
  }

  /** The guest's own orderly reboot. What is plugged in stays in. */
  async reboot(changes: Partial<BootOptions> = {}): Promise<void> {
    const { initrd } = { ...this.#options, ...changes }
    if (initrd === 'from-guest') await this.fetchInitrd()
    await this.#end('systemctl reboot')
    await this.powerOn(changes)
  }

  async shutdown(): Promise<void> {
    await this.#end('systemctl poweroff')
  }

  /** To RAM, as a closed lid does. The share is away meanwhile: Linux 6.1 cannot bring 9p over virtio through it. */
  async suspend(): Promise<void> {
    await this.must('systemctl stop mnt-host.mount && modprobe -r 9pnet_virtio')
    const asleep = this.qmp.nextEvent('SUSPEND', orderlyEndMs)
    await this.must('systemctl --no-block suspend')
    await asleep
  }

  async wake(): Promise<void> {
    await this.qmp.execute('system_wakeup')
    await this.must('modprobe 9pnet_virtio && systemctl start mnt-host.mount')
  }

  /** As if the plug was pulled: nothing in the guest gets a chance to write. */
  async cutPower(): Promise<void> {
    const { qemu } = this.#running()
    qemu.kill()
    await this.#ended()
  }

  /** Takes the guest's /boot/initrd.img-* out, for later boots with `initrd: 'from-guest'`. */
  async fetchInitrd(): Promise<void> {
    await this.must(`cp "/boot/initrd.img-$(uname -r)" ${guestShare}/initrd.img && sync`, { timeoutMs: orderlyEndMs })
  }

  /** Shuts down and keeps the root disk as it is then, for other machines to start from (`disk`). */
  async saveDisk(file: string): Promise<void> {
    await this.shutdown()
    copyFileSync(machinePaths(this.folder).overlay, file)
  }

  async close(): Promise<void> {
    if (this.#boot) await this.cutPower()
    if (!this.#options.keepFolder) rmSync(this.folder, { recursive: true, force: true })
  }

  #running(): Boot {
    if (!this.#boot) throw new Error('the machine is off')
    return this.#boot
  }

  async #end(command: string): Promise<void> {
    const { qemu, guest } = this.#running()
    guest.run(command).catch(() => undefined) // the answer may be lost on the way down
    const timer = setTimeout(() => qemu.kill(), orderlyEndMs)
    await this.#ended()
    clearTimeout(timer)
  }

  async #ended(): Promise<void> {
    const { qemu, qmp, guest } = this.#running()
    await qemu.ended
    qmp.close()
    guest.close()
    this.#boot = undefined
  }

  #guestInitrd(): string {
    const fetched = join(this.share, 'initrd.img')
    if (!existsSync(fetched)) throw new Error('no initrd was fetched from the guest: call fetchInitrd first')
    return fetched
  }
}

/** A machine that is on and answers. Close it in the end. */
export async function startMachine(options: Partial<MachineOptions> = {}): Promise<Machine> {
  const machine = new Machine(await ensureImage(), { ...defaultOptions, ...options })
  try {
    await machine.powerOn()
    return machine
  } catch (error) {
    await machine.close()
    throw error
  }
}
