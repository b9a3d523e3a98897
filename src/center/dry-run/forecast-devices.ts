import { decide } from '../../policy/decide.ts'
import { type Access, accesses, blockableClasses, type Device } from '../../policy/device.ts'
import type { Policy } from '../../policy/schema.ts'
import type { Verdict } from '../../policy/verdict.ts'
import type { PluggedDevice } from '../../protocol/messages.ts'
import type { DeviceChange } from '../words.ts'
import type { DryRunInput, DryRunTerminal } from './dry-run.ts'

export type DeviceForecast = Readonly<{ change: DeviceChange; device: Device; verdict: Verdict }>

/**
 * The functions of plugged-in devices that would be given less than now. A policy that only observes stops nothing:
 * what is told then is what enforcing it would do.
 */
export function forecastDevices(terminal: DryRunTerminal, input: DryRunInput): readonly DeviceForecast[] {
  const plugged = terminal.plugged ?? []
  const others = plugged.map(({ device }) => device)
  return plugged.flatMap((one) =>
    one.device.functions.flatMap((fn, index) => {
      const before = one.verdicts[index]
      const ask = (policy: Policy) =>
        decide({
          device: one.device,
          fn,
          terminal: { id: terminal.id, zone: terminal.zone },
          users: [],
          others,
          policy,
          grants: terminal.grants,
          capabilities: { readOnly: readOnlyClasses(one) },
          now: input.now,
        })
      const verdict = ask(input.policy)
      const change = changeOf(heldNow(before), verdict.wouldBe, ask(withoutUsers(input.policy)).wouldBe)
      return change === null ? [] : [{ change, device: one.device, verdict }]
    }),
  )
}

/** `best`: were it one of the people that the rules name. */
function changeOf(before: Access, worst: Access, best: Access): DeviceChange | null {
  if (rank(worst) >= rank(before)) return null
  if (rank(best) >= rank(before)) return 'depends'
  return worst === 'block' ? 'refuse' : 'read-only'
}

function rank(access: Access): number {
  return accesses.indexOf(access)
}

/** What was never told counts as open: whoever uses it would miss it. */
function heldNow(before: Verdict | undefined): Access {
  return before?.access ?? 'read-write'
}

/** A system tells by its own verdicts where it cannot hold read-only. */
function readOnlyClasses({ verdicts }: PluggedDevice) {
  const notHeld = verdicts.filter(({ limitedBy }) => limitedBy !== undefined).map(({ class: name }) => name)
  return blockableClasses.filter((name) => !notHeld.some((one) => one === name))
}

function withoutUsers(policy: Policy): Policy {
  return {
    ...policy,
    media: { ...policy.media, registered: policy.media.registered.map((one) => ({ ...one, users: [] })) },
    devices: { ...policy.devices, allowed: policy.devices.allowed.map((one) => ({ ...one, users: [] })) },
  }
}
