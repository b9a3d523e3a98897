import type { Device } from './device.ts'

export type UsbFunction = 'storage' | 'keyboard' | 'rndis' | 'ecm' | 'acm'

const script = '/usr/local/lib/vm/composite.sh'

/**
 * One USB device of several functions, made inside the guest on a host controller of its own, which appears with the
 * first one plugged and leaves with `controllerOff`. One at a time; it does not survive a reboot.
 */
export function composite({
  id,
  functions,
}: {
  readonly id: string
  readonly functions: readonly UsbFunction[]
}): Device {
  return {
    id,
    kind: `composite ${functions.join(' + ')}`,
    async plug({ guest }) {
      await guest.must(`${script} up ${id} ${functions.join(' ')}`)
    },
    async unplug({ guest }) {
      await guest.must(`${script} down`)
    },
  }
}

/** In the guest: takes the composite's controller away. */
export const controllerOff = `${script} controller-off`

/** In the guest: one key on the composite's keyboard, by its USB usage (4 is `a`). */
export function pressOnComposite(usage: number): string {
  return `${script} press ${usage}`
}
