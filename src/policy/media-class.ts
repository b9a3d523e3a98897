import { type DeviceClass, type NeverBlockableClass, neverBlockableClasses } from './device.ts'

/** Classes that carry data away: the `media` section speaks of them, the `devices` section of the rest. */
export const mediaClasses = ['mass-storage', 'portable', 'sd-card', 'optical'] as const
export type MediaClass = (typeof mediaClasses)[number]

export function isMediaClass(name: DeviceClass): name is MediaClass {
  return mediaClasses.some((media) => media === name)
}

export function isNeverBlockable(name: DeviceClass): name is NeverBlockableClass {
  return neverBlockableClasses.some((never) => never === name)
}
