import type { Device } from './device.ts'
import type { Hardware } from './qemu-arguments.ts'

/** What may differ from boot to boot of the same machine. */
export interface BootOptions {
  /** More kernel parameters. `vm.watch` records every block node from the first moment on (watch.ts). */
  readonly append: readonly string[]
  /** `from-guest`: what the guest's own update-initramfs made, as fetched at the last reboot or by `fetchInitrd`. */
  readonly initrd: 'image' | 'from-guest'
  /** cpio archives laid over the initrd, in this order; `archiveFolder` in initrd.ts makes one. */
  readonly initrdExtras: readonly string[]
}

export interface MachineOptions extends Hardware, BootOptions {
  /** In at power-on. */
  readonly devices: readonly Device[]
  /** A root disk that `saveDisk` kept, instead of the image's; it is not written to. */
  readonly disk: string | null
  /** Keeps the machine's folder (console.log, the root disk) after `close`. */
  readonly keepFolder: boolean
}

export const defaultOptions: MachineOptions = {
  cpus: 2,
  memoryMiB: 1024,
  append: [],
  initrd: 'image',
  initrdExtras: [],
  devices: [],
  disk: null,
  keepFolder: false,
}
