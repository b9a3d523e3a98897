import { problems } from './device-node.ts'

/** What `win32/device-control.ts` can do with one device. */
export type DeviceStep = 'enable' | 'disable' | 'setup' | 'retry-installation'

/**
 * How a device that Windows does not run is made to run, by the reason that Windows gives ("Device Manager Error
 * Messages"). A driver that was switched off is only looked at again when the device starts anew.
 */
export function openingSteps(problem: number): readonly DeviceStep[] {
  switch (problem) {
    case problems.disabled:
      return ['enable']
    case problems.disabledService:
      return ['disable', 'enable']
    case problems.heldForEject:
      return ['setup']
    default:
      return ['retry-installation']
  }
}
