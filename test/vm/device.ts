import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { GuestChannel } from './guest-channel.ts'
import type { Qmp } from './qmp.ts'

const removalMs = 120_000
const peripheralsSchema = z.array(z.looseObject({ name: z.string() })).transform((list) => list.map(({ name }) => name))

export interface Target {
  readonly qmp: Qmp
  readonly guest: GuestChannel
}

/** Something that can be put into a machine and taken out again, many times. */
export interface Device {
  readonly id: string
  readonly kind: string
  plug(target: Target): Promise<void>
  unplug(target: Target): Promise<void>
}

export interface PluggedDevice {
  readonly device: Device
  unplug(): Promise<void>
}

type Arguments = Readonly<Record<string, unknown>>

export interface QemuParts {
  readonly id: string
  readonly kind: string
  readonly blockNodes?: readonly Arguments[]
  readonly networks?: readonly string[]
  /** `device_add` in this order; each needs an `id`. Those with `withParent` leave together with the one that they sit on. */
  readonly devices: readonly (Arguments & { readonly id: string })[]
  readonly withParent?: readonly string[]
  /** A device that QEMU keeps away from the guest until its parts are complete. */
  readonly attachLast?: string
}

/** A device that QEMU emulates. */
export function qemuDevice(parts: QemuParts): Device {
  const { id, kind, blockNodes = [], networks = [], devices, withParent = [], attachLast } = parts
  const removable = devices.map((device) => device.id).filter((name) => !withParent.includes(name))
  return {
    id,
    kind,
    async plug({ qmp }) {
      for (const node of blockNodes) await qmp.execute('blockdev-add', node)
      for (const network of networks) await qmp.execute('netdev_add', { type: 'user', id: network })
      for (const device of devices) await qmp.execute('device_add', device)
      if (attachLast) await qmp.execute('qom-set', { path: attachLast, property: 'attached', value: true })
    },
    async unplug({ qmp }) {
      for (const name of removable.toReversed()) await removeDevice(qmp, name)
      for (const network of networks) await qmp.execute('netdev_del', { id: network })
      for (const node of blockNodes) await removeBlockNode(qmp, node['node-name'])
    },
  }
}

/** A PCI device goes only when the guest has let it go. QEMU's DEVICE_DELETED is no help: for some it never comes (7.2, xhci). */
async function removeDevice(qmp: Qmp, id: string): Promise<void> {
  await qmp.execute('device_del', { id })
  await eventually(`the guest lets ${id} go`, async () => {
    const peripherals = await qmp.execute('qom-list', { path: '/machine/peripheral' })
    return !peripheralsSchema.parse(peripherals).includes(id)
  })
}

/** It stays in use for a moment after its device is gone. */
async function removeBlockNode(qmp: Qmp, name: unknown): Promise<void> {
  await eventually(`QEMU releases ${name}`, () =>
    qmp.execute('blockdev-del', { 'node-name': name }).then(
      () => true,
      () => false,
    ),
  )
}

async function eventually(wanted: string, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + removalMs
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`not within ${removalMs} ms: ${wanted}`)
    await delay(50)
  }
}
